import { countEnabledIdentities } from '@assay/directory'
import { resolvePopulation } from '@assay/search-criteria'
import type { TenantSql } from '@assay/store'
import type { SessionScope } from '../session.ts'

/** The identities that are mined. */
interface Population {
  /** Keys of identities; undefined: every enabled identity. */
  readonly keys: number[] | undefined
  readonly count: number
}

/** The present enabled identities of a scope. */
export async function populationOf(sql: TenantSql, scope: SessionScope): Promise<Population> {
  const keys = await resolvePopulation(sql, scope)
  if (keys !== undefined) return { keys, count: keys.length }
  return { keys, count: await countEnabledIdentities(sql) }
}
