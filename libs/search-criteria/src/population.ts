import { identityRelation, listAttributes, unknownIdentityIds } from '@assay/directory'
import { failedPrecondition, invalidArgument, listed } from '@assay/errors'
import { onlyRow, type TenantSql, withTimeLimit } from '@assay/store'
import { attributeCondition, readAttributeFilters } from './attribute-filters.ts'
import { criteriaQuery } from './criteria-condition.ts'
import { parseCriteria } from './parse-criteria.ts'

/** The identities to look at. Each stated part narrows them; without any they are all enabled identities. */
export interface PopulationScope {
  /** When not empty, the population, which the other two narrow. */
  readonly identityIds: readonly string[]
  /** A search query. */
  readonly criteria: string | null
  readonly attributeFilterCriteria: readonly unknown[] | null
}

/** What is joined has to fit into memory as a hash. The planner cannot foresee how many pass, and may read all of it once a row. */
const workingMemory = '64MB'
/** Far above what the limits of a query allow over 100,000 identities, so that it ends in any case. */
const longestSearch = '60s'

/**
 * Checks a scope, and looks up only the identities that it names.
 * @throws invalid_argument for a query or a filter that cannot be read, and for unknown ids, which it lists
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
 * Keys of the enabled identities that a scope means, ascending; undefined for all of them. Ids that are gone by
 * now are left out: `checkPopulationScope` checked them when the scope was given. Its limits of memory and time hold for the
 * rest of the transaction.
 * @throws invalid_argument for a query or a filter that cannot be read; failed_precondition when the search takes too long
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
  return failedPrecondition('The search for people took longer than it may; ask for fewer terms or values', {
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
