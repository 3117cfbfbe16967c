import { identityRelation, listAttributes, unknownIdentityIds } from '@assay/directory'
import { failedPrecondition, invalidArgument, listed } from '@assay/errors'
import { onlyRow, type TenantSql, withTimeLimit } from '@assay/store'
import { attributeCondition, readAttributeFilters } from './attribute-filters.ts'
import { criteriaQuery } from './criteria-condition.ts'
import { parseCriteria } from './parse-criteria.ts'

/** The identities of a population. Each stated part narrows it; without any, it is all enabled identities. */
export interface PopulationScope {
  /** If not empty, the population is among these; the other two parts narrow it. */
  readonly identityIds: readonly string[]
  /** A search query. */
  readonly criteria: string | null
  readonly attributeFilterCriteria: readonly unknown[] | null
}

/**
 * Joined tables have to fit into memory as a hash. The planner cannot know how many rows match, and could otherwise read a
 * whole table for each row.
 */
const workingMemory = '64MB'
/** Far longer than a query within the limits takes over 100,000 identities, so that every query ends. */
const longestSearch = '60s'

/**
 * Checks a scope. It reads only the identities that the scope names.
 * @throws invalid_argument for a query or a filter that cannot be parsed, and for unknown ids, which it lists
 */
export async function checkPopulationScope(sql: TenantSql, scope: PopulationScope): Promise<void> {
  read(scope)
  const { identityIds } = scope
  const unknown = await unknownIdentityIds(sql, identityIds)
  if (unknown.length === 0) return
  const named = unknown.map((id) => JSON.stringify(id))
  throw invalidArgument('scope.identityIds', `nobody has the id ${listed(named)}`)
}

/**
 * The keys of the enabled identities of a scope, ascending; undefined for all. Ids that no longer exist are left out:
 * `checkPopulationScope` checked them when the scope was stored. Its limits of memory and time apply to the rest of the
 * transaction.
 * @throws invalid_argument for a query or a filter that cannot be parsed; failed_precondition if the search takes too long
 */
export async function resolvePopulation(sql: TenantSql, scope: PopulationScope): Promise<number[] | undefined> {
  const { identityIds } = scope
  const { criteria, filters } = read(scope)
  if (identityIds.length === 0 && criteria === undefined && filters.length === 0) return undefined
  await sql`
    select set_config('work_mem', ${workingMemory}, true), set_config('statement_timeout', ${longestSearch}, true),
      set_config('enable_nestloop', 'off', true)`
  const lists = await listAttributes(sql)
  const search = criteria && criteriaQuery(sql, criteria, lists)
  const query = sql<{ keys: number[] | null }[]>`
    with ${search?.tables ?? sql``} enabled as (select * from ${identityRelation(sql)} someone where status = 'enabled')
    select array_agg(identity.key order by identity.key) as keys from enabled identity ${search?.joins ?? sql``}
    where ${identityIds.length === 0 ? sql`true` : sql`identity.id = any(${[...identityIds]}::text[])`}
      ${filters.length === 0 ? sql`` : sql`and ${attributeCondition(sql, filters, lists)}`}
      ${search === undefined ? sql`` : sql`and ${search.condition}`}`
  const { keys } = onlyRow(await withTimeLimit(query, searchTooLong))
  return keys ?? []
}

function searchTooLong(cause: unknown) {
  return failedPrecondition('The search for people took too long; use fewer terms or values', {
    reason: 'SEARCH_TOO_LONG',
    cause,
  })
}

function read({ criteria, attributeFilterCriteria }: PopulationScope) {
  const isStated = criteria !== null && criteria.trim() !== ''
  return {
    criteria: isStated ? parseCriteria(criteria) : undefined,
    filters: readAttributeFilters(attributeFilterCriteria ?? []),
  }
}
