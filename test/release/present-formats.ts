import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { version as snapshot } from '../../libs/mining/src/snapshot-layout.ts'
import type { ReleasedSchema } from '../../libs/store/src/schema-change/schema-rules.ts'

/** The versions of the formats in which processes of this version exchange data through the database. */
export function presentFormats(root: string): ReleasedSchema['formats'] {
  const text = readFileSync(join(root, 'node_modules/pg-boss/package.json'), 'utf8')
  const { pgboss } = JSON.parse(text) as { pgboss: { schema: number } }
  return { snapshot, queue: pgboss.schema }
}
