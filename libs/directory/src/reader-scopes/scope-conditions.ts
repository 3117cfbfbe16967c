import { invalidArgument, listed } from '@assay/errors'
import type { Fragment, TenantSql } from '@assay/store'
import { builtInAttributes } from '../read/lookups.ts'

/** The people and access that a bounded reader may see. All conditions must hold; there is at least one. */
export interface ScopeConditions {
  /** Each attribute occurs at most once; for a list any value may match. */
  readonly filters: readonly { readonly attribute: string; readonly values: readonly string[] }[]
  /** The id of an identity: that person and everybody below, through any number of managers. */
  readonly managerId?: string | undefined
  /** Ids of applications: access in other applications is outside the scope. Empty: all applications. */
  readonly applicationIds: readonly string[]
  /** Only in a scope that was combined from other scopes; callers do not set it. People meet at least one of these. */
  readonly anyOf?: readonly PeopleConditions[]
}

/** The conditions of a scope on people. */
type PeopleConditions = Pick<ScopeConditions, 'filters' | 'managerId' | 'anyOf'>

const mostFilters = 32
const mostValues = 1000
const longestValue = 1000

/** Built-in attributes are columns; all others are keys of `attributes`. */
const columns: Readonly<Record<string, string>> = {
  department: 'department',
  job_title: 'job_title',
  manager: 'manager_id',
  employment_type: 'employment_type',
  employment_status: 'employment_status',
  directory_status: 'status',
}

/**
 * Works as the owner of the database and as a service.
 * @throws invalid_argument for conditions that are empty, contradict each other, or name what the data in force do not contain
 */
export async function checkScope(sql: TenantSql, tenantId: number, conditions: ScopeConditions): Promise<void> {
  const { filters, managerId, applicationIds } = conditions
  if (filters.length === 0 && managerId === undefined && applicationIds.length === 0)
    throw invalidArgument('scope', 'has no condition: give filters, a manager or applications')
  const [snapshot] = await sql<{ known: string[] }[]>`
    select attribute_keys as known from snapshots where tenant_id = ${tenantId}`
  checkFilters(filters, snapshot?.known ?? builtInAttributes)
  if (managerId !== undefined) {
    const [manager] = await sql`
      select from identities where tenant_id = ${tenantId} and id = ${managerId} and status <> 'deleted'`
    if (manager === undefined) throw invalidArgument('scope.manager', `nobody has the id ${JSON.stringify(managerId)}`)
  }
  const known = await sql<{ id: string }[]>`
    select id from applications where tenant_id = ${tenantId} and not deleted and id = any(${[...applicationIds]}::text[])`
  const knownIds = new Set(known.map(({ id }) => id))
  const unknown = applicationIds.filter((id) => !knownIds.has(id))
  if (unknown.length > 0)
    throw invalidArgument(
      'scope.applications',
      `no application has the id ${listed(unknown.map((id) => JSON.stringify(id)))}`,
    )
}

function checkFilters(filters: ScopeConditions['filters'], known: readonly string[]): void {
  if (filters.length > mostFilters)
    throw invalidArgument('scope.filters', `at most ${mostFilters} filters, not ${filters.length}`)
  for (const [index, { attribute, values }] of filters.entries()) {
    const field = `scope.filters[${index}]`
    if (!known.includes(attribute))
      throw invalidArgument(field, `unknown attribute "${attribute}"; known are ${listed(known)}`)
    if (filters.findIndex((one) => one.attribute === attribute) !== index)
      throw invalidArgument(field, `names the attribute "${attribute}" a second time; put all its values in one filter`)
    if (values.length === 0 || values.length > mostValues)
      throw invalidArgument(field, `needs 1 to ${mostValues} values, not ${values.length}`)
    if (values.some((value) => value.trim() === '' || value.length > longestValue || value.includes('\0')))
      throw invalidArgument(field, `a value must have 1 to ${longestValue} characters`)
  }
}

/**
 * A query for the keys of the scope's people in the data in force, in the column `key`; it includes deleted identities that match.
 */
export function peopleOfScope(
  sql: TenantSql,
  tenantId: number,
  { filters, managerId, anyOf }: PeopleConditions,
): Fragment {
  if (anyOf !== undefined)
    return sql`(
      select distinct person.key from (
        ${anyOf.reduce((all, one, index) => sql`${all} ${index === 0 ? sql`` : sql`union all`} select one.key from ${peopleOfScope(sql, tenantId, one)} one`, sql``)}
      ) person)`
  const matches = filters.reduce(
    (all, { attribute, values }) => sql`${all} and ${filterCondition(sql, attribute, values)}`,
    sql``,
  )
  return sql`(
    ${
      managerId === undefined
        ? sql``
        : sql`with recursive below as (
        select id from identities where tenant_id = ${tenantId} and id = ${managerId}
        union
        select person.id from identities person join below on person.manager_id = below.id where person.tenant_id = ${tenantId})`
    }
    select person.key from identities person where person.tenant_id = ${tenantId}
      ${matches}
      ${managerId === undefined ? sql`` : sql`and person.id in (select id from below)`})`
}

/** Compares like cohorts do: after both texts are trimmed. */
function filterCondition(sql: TenantSql, attribute: string, values: readonly string[]): Fragment {
  const wanted = values.map((value) => value.trim())
  const column = columns[attribute]
  if (column !== undefined) return sql`btrim(person.${sql(column)}) = any(${wanted}::text[])`
  return sql`exists (
    select from jsonb_array_elements_text(case jsonb_typeof(person.attributes -> ${attribute})
      when 'array' then person.attributes -> ${attribute}
      when 'string' then jsonb_build_array(person.attributes -> ${attribute}) else '[]' end) as one (value)
    where btrim(one.value) = any(${wanted}::text[]))`
}
