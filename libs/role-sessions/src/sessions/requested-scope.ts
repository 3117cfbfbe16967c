import { invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { SessionScope } from '../session.ts'

/** A scope as it was given. */
export interface RequestedScope {
  readonly identityIds: readonly string[]
  readonly criteria?: string | undefined
  /** A list of filters, or one filter; absent or null for none. */
  readonly attributeFilterCriteria?: unknown
}

const mostNamed = 20

/**
 * The scope to store: every identity once, filters as a list.
 * @throws invalid_argument naming what cannot be read and whoever does not exist
 */
export async function readScope(sql: TenantSql, given: RequestedScope = { identityIds: [] }): Promise<SessionScope> {
  const identityIds = [...new Set(given.identityIds)]
  const criteria = given.criteria === undefined || given.criteria.trim() === '' ? null : given.criteria
  const attributeFilterCriteria = readFilters(given.attributeFilterCriteria)
  await requireIdentities(sql, identityIds)
  return { identityIds, criteria, attributeFilterCriteria }
}

function readFilters(given: unknown): readonly unknown[] | null {
  if (given === undefined || given === null) return null
  const filters = Array.isArray(given) ? given : [given]
  for (const [index, filter] of filters.entries()) {
    if (typeof filter === 'object' && filter !== null && !Array.isArray(filter)) continue
    const field = Array.isArray(given) ? `scope.attributeFilterCriteria[${index}]` : 'scope.attributeFilterCriteria'
    throw invalidArgument(
      field,
      'must be an object such as {"data": {"name": "location", "operator": "EQUALS", "values": ["Miami"]}}',
    )
  }
  return filters
}

async function requireIdentities(sql: TenantSql, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = await sql<{ id: string }[]>`
    select given.id from unnest(${[...ids]}::text[]) with ordinality given (id, place)
    where not exists (select from identities where identities.id = given.id and status <> 'deleted')
    order by given.place`
  if (rows.length === 0) return
  const named = rows.slice(0, mostNamed).map(({ id }) => JSON.stringify(id))
  const more = rows.length > mostNamed ? ` and ${rows.length - mostNamed} more` : ''
  throw invalidArgument('scope.identityIds', `there is no identity ${named.join(', ')}${more}`)
}
