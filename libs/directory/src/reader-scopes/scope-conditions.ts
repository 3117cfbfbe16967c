import { invalidArgument, listed } from '@assay/errors'
import type { Fragment, TenantSql } from '@assay/store'
import { builtInAttributes } from '../read/lookups.ts'

/** Whom a bounded reader may see. All conditions hold together; at least one is given. */
export interface ScopeConditions {
  /** Each attribute at most once; of a list any value may match. */
  readonly filters: readonly { readonly attribute: string; readonly values: readonly string[] }[]
  /** The id of somebody: that person and everybody below, however many managers lie between. */
  readonly managerId?: string | undefined
  /** Ids of applications: what is held in others is outside. Empty: all applications. */
  readonly applicationIds: readonly string[]
  /** Of a scope that was combined of others, which no caller gives: people meet one of these. */
  readonly anyOf?: readonly PeopleConditions[]
}

/** The part of a scope that is about people. */
type PeopleConditions = Pick<ScopeConditions, 'filters' | 'managerId' | 'anyOf'>

const mostFilters = 32
const mostValues = 1000
const longestValue = 1000

/** Built-in attributes are columns; all others lie in `attributes`. */
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
 * @throws invalid_argument for conditions that say nothing, contradict each other, or name what the data in force do not have
 */
export async function checkScope(sql: TenantSql, tenantId: number, conditions: ScopeConditions): Promise<void> {
  const { filters, managerId, applicationIds } = conditions
  if (filters.length === 0 && managerId === undefined && applicationIds.length === 0)
    throw invalidArgument('scope', 'says nothing: give filters, a manager or applications')
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

/** The keys of the people of a scope in the data in force, as a query of the column `key`; deleted ones too, where they meet it. */
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

/** As cohorts compare: after both are trimmed. */
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
