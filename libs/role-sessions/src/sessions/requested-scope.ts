import { checkPopulationScope } from '@assay/search-criteria'
import type { TenantSql } from '@assay/store'
import type { SessionScope } from '../session.ts'

/** The scope of a request. */
export interface RequestedScope {
  readonly identityIds: readonly string[]
  readonly criteria?: string | undefined
  /** A list of filters, or one filter; absent or null for none. */
  readonly attributeFilterCriteria?: unknown
}

/**
 * The scope to store: every identity once, filters as a list.
 * @throws invalid_argument that names the invalid part, or identities that do not exist
 */
export async function readScope(sql: TenantSql, given: RequestedScope = { identityIds: [] }): Promise<SessionScope> {
  const criteria = given.criteria === undefined || given.criteria.trim() === '' ? null : given.criteria
  const scope = {
    identityIds: [...new Set(given.identityIds)],
    criteria,
    attributeFilterCriteria: asList(given.attributeFilterCriteria),
  }
  await checkPopulationScope(sql, scope)
  return scope
}

/** SailPoint's examples send a single filter where the schema has a list. */
function asList(filters: unknown): readonly unknown[] | null {
  if (filters === undefined || filters === null) return null
  return Array.isArray(filters) ? filters : [filters]
}
