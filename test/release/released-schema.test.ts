import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { migrationsDirectory, readMigrations } from '../../libs/store/src/migration-files.ts'
import { judgeMigrations } from '../../libs/store/src/schema-change/judge-migrations.ts'
import { type ReleasedSchema, schemaFaults } from '../../libs/store/src/schema-change/schema-rules.ts'
import { asksToStopAll } from './changelog.ts'
import { presentFormats } from './present-formats.ts'

const root = join(import.meta.dirname, '../..')
const released = JSON.parse(await readFile(join(root, 'libs/store/released.json'), 'utf8')) as ReleasedSchema
const changelog = await readFile(join(root, 'CHANGELOG.md'), 'utf8')
const [unreleased = ''] = changelog.split(/^## (?=\d)/m)
const mayStopAll = asksToStopAll(unreleased)
const migrations = await readMigrations(migrationsDirectory)

test('a released migration is unchanged', () => {
  const present = Object.fromEntries(migrations.map(({ name, checksum }) => [name, checksum]))
  expect(Object.entries(released.migrations).filter(([name, checksum]) => present[name] !== checksum)).toEqual([])
})

test('processes of the released version can continue during all later migrations, unless the changelog asks to stop them', () => {
  const since = migrations.filter(({ name }) => !(name in released.migrations))
  expect(judgeMigrations(since).flatMap((judgement) => schemaFaults(judgement, released, mayStopAll))).toEqual([])
})

test('snapshots and the queue have the format of the released version, unless the changelog asks to stop all processes', () => {
  if (!mayStopAll) expect(presentFormats(root)).toEqual(released.formats)
})
