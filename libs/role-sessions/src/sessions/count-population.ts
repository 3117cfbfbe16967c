import type { TenantSql } from '@assay/store'
import { populationOf } from './population.ts'
import { type RequestedScope, readScope } from './requested-scope.ts'

/**
 * The number of enabled identities in a scope now.
 * @throws the errors of `createSession` for a scope, and SEARCH_TOO_LONG
 */
export async function countPopulation(sql: TenantSql, scope: RequestedScope): Promise<number> {
  const { count } = await populationOf(sql, await readScope(sql, scope))
  return count
}
