import { accessCounts, identityRelation, inForceSince } from '@assay/directory'
import { memberRelation, profileRelation } from '@assay/profiles'
import { callerShaped, type Fragment, type TenantSql } from '@assay/store'
import type { Criteria, Match } from './criteria.ts'
import { ElementTests, type FieldTest } from './element-tests.ts'
import { attributeColumns, identityConstants, namesOfAttributes, spelledAttributes } from './fields.ts'
import { joined, listed } from './fragments.ts'
import { elementsOf, joinedAttributes, joinedElements } from './list-values.ts'
import { anyMatches, type Column, constantColumn } from './match-condition.ts'
import { type RowValue, withRowValues } from './row-values.ts'
import { textBoundary } from './words.ts'

/**
 * The parts of a query over `identities identity` that finds the identities that meet criteria, with all values as parameters.
 */
interface CriteriaQuery {
  /** Definitions for a `with` clause, each followed by a comma. */
  readonly tables: Fragment
  readonly joins: Fragment
  /** True or false for every row. */
  readonly condition: Fragment
}

/**
 * @param lists the custom attributes that are lists: a term matches any of their values
 * @param also further fields that the query must have, so that it can contain `countOf` of them
 */
export function criteriaQuery(
  sql: TenantSql,
  criteria: Criteria,
  lists: ReadonlySet<string>,
  also: readonly string[] = [],
): CriteriaQuery {
  const elements = new ElementTests(sql)
  const met = withRowValues(sql, (value) =>
    condition(sql, criteria, elements, (field, match) => identityTest(sql, value, elements, lists, field, match)),
  )
  const hasCounts = [...fieldsOf(criteria), ...also].some((field) => countedFields.has(field))
  const countJoin = sql`left join counted on counted.identity_key = identity.key`
  return {
    tables: callerShaped(sql`${hasCounts ? countTable(sql) : sql``} ${elements.tables()}`),
    joins: callerShaped(sql`${hasCounts ? countJoin : sql``} ${elements.joins()}`),
    condition: callerShaped(met),
  }
}

export function condition(sql: TenantSql, criteria: Criteria, elements: ElementTests, test: FieldTest): Fragment {
  switch (criteria.kind) {
    case 'nothing':
      return sql`false`
    case 'field':
      return test(criteria.field, criteria.match)
    case 'element': {
      const { list, of } = criteria
      return elements.hasElement(list, fieldsOf(of), (ofElement) => condition(sql, of, elements, ofElement))
    }
    case 'clauses': {
      const each = (parts: readonly Criteria[]) => parts.map((part) => condition(sql, part, elements, test))
      const { must, should, mustNot } = criteria
      const required = must.length > 0 ? each(must) : should.length > 0 ? [joined(sql, 'or', each(should))] : []
      const excluded = mustNot.length > 0 ? [sql`not ${joined(sql, 'or', each(mustNot))}`] : []
      return joined(sql, 'and', [...required, ...excluded])
    }
  }
}

/** The fields of the criteria, without the fields of list elements. */
function fieldsOf(criteria: Criteria): ReadonlySet<string> {
  switch (criteria.kind) {
    case 'field':
      return new Set([criteria.field])
    case 'element':
    case 'nothing':
      return new Set()
    case 'clauses':
      return new Set([...criteria.must, ...criteria.should, ...criteria.mustNot].flatMap((of) => [...fieldsOf(of)]))
  }
}

function identityTest(
  sql: TenantSql,
  value: RowValue,
  elements: ElementTests,
  lists: ReadonlySet<string>,
  field: string,
  match: Match,
): Fragment {
  if (field === 'source.id' || field === 'source.name') {
    return elements.hasElement('accounts', new Set([field]), (ofElement) => ofElement(field, match))
  }
  return anyMatches(sql, value, identityColumns(sql, field, lists), match)
}

function identityColumns(sql: TenantSql, field: string, lists: ReadonlySet<string>): readonly Column[] {
  if (field === '*') {
    return [{ name: field, is: sql`concat_ws(${textBoundary}::text, ${listed(sql, textsOf(sql, lists.size > 0))})` }]
  }
  if (countedFields.has(field) || field === 'roleCount') return [{ name: field, is: countOf(sql, field) }]
  switch (field) {
    case 'id':
    case 'email':
      return [ofIdentity(sql, field)]
    case 'status':
      return [ofIdentity(sql, 'status'), { name: field, is: statusWord(sql) }]
    case 'displayName':
      return [ofIdentity(sql, 'display_name')]
    case 'name':
      return [ofIdentity(sql, 'username'), ofIdentity(sql, 'display_name')]
    case 'inactive':
    case 'disabled':
      return [{ name: field, is: sql`(identity.status <> 'enabled')` }]
    case 'isManager':
      return [{ name: field, is: managesSomebody(sql) }]
    case 'manager.id':
      return [ofIdentity(sql, 'manager_id')]
    case 'manager.name':
      return [ofManager(sql, 'username'), ofManager(sql, 'display_name')]
    case 'manager.displayName':
      return [ofManager(sql, 'display_name')]
    case 'ownsCount':
      return [{ name: field, is: rolesOwned(sql) }]
    case 'synced':
      return [{ name: field, is: instantText(sql, inForceSince(sql)) }]
    case 'attributes.cloudStatus':
    case 'attributes.identityState':
      return [{ name: field, is: stateOf(sql, field) }]
    case 'attributes.firstname':
    case 'attributes.lastname':
      return [{ name: field, is: firstAttribute(sql, spelledAttributes[field]) }]
    default:
      if (Object.hasOwn(identityConstants, field)) return [constantColumn(sql, field, identityConstants[field] ?? '')]
      if (Object.hasOwn(namesOfAttributes, field)) {
        return [{ name: field, is: firstAttribute(sql, namesOfAttributes[field] ?? []) }]
      }
      return [attribute(sql, field.slice('attributes.'.length), lists)]
  }
}

/** The status of an identity as documents name it. */
export function statusWord(sql: TenantSql): Fragment {
  return sql`(case identity.status when 'enabled' then 'ACTIVE' when 'disabled' then 'DISABLED' else 'TERMINATED' end)`
}

/** An attribute that follows from the status of an identity. */
export function stateOf(sql: TenantSql, field: string): Fragment {
  if (field === 'attributes.cloudStatus') return statusWord(sql)
  return sql`(case identity.status when 'enabled' then 'ACTIVE' else 'INACTIVE_LONG_TERM' end)`
}

export function managesSomebody(sql: TenantSql): Fragment {
  return sql`(identity.id in (select manager_id from ${identityRelation(sql)} report where status <> 'deleted'))`
}

/** The number of access profiles that the identity owns. */
export function rolesOwned(sql: TenantSql): Fragment {
  return sql`(select count(*) from ${profileRelation(sql)} owned where owned.answers_for_id = identity.id)`
}

/** The value of the first of these custom attributes that has one; null if none has. */
export function firstAttribute(sql: TenantSql, names: readonly string[]): Fragment {
  const each = names.map((name) => sql`nullif(identity.attributes ->> ${name}::text, '')`)
  return sql`coalesce(${listed(sql, each)})`
}

/** A time in the form of documents. */
export function instantText(sql: TenantSql, time: Fragment): Fragment {
  return sql`to_char(${time} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

function ofIdentity(sql: TenantSql, column: string): Column {
  return { name: `identity.${column}`, is: sql`${sql(`identity.${column}`)}` }
}

function ofManager(sql: TenantSql, column: string): Column {
  const is = sql`(
    select ${sql(`manager.${column}`)} from ${identityRelation(sql)} manager
    where manager.id = identity.manager_id and manager.status <> 'deleted')`
  return { name: `manager.${column}`, is }
}

function attribute(sql: TenantSql, name: string, lists: ReadonlySet<string>): Column {
  const column = Object.hasOwn(attributeColumns, name) ? attributeColumns[name] : undefined
  if (column !== undefined) return ofIdentity(sql, column)
  if (lists.has(name)) {
    return { name: `attributes.${name}`, is: joinedElements(sql, name), elements: elementsOf(sql, name) }
  }
  return { name: `attributes.${name}`, is: sql`(identity.attributes ->> ${name}::text)` }
}

function textsOf(sql: TenantSql, hasLists: boolean): Fragment[] {
  return [
    sql`identity.id`,
    sql`identity.username`,
    sql`identity.display_name`,
    sql`identity.email`,
    sql`identity.department`,
    sql`identity.job_title`,
    sql`identity.manager_id`,
    sql`identity.employment_type`,
    sql`identity.employment_status`,
    hasLists
      ? joinedAttributes(sql)
      : sql`(select string_agg(value, ${textBoundary}::text) from jsonb_each_text(identity.attributes))`,
  ]
}

/** Fields whose values come from `countTable`. */
export const countedFields: ReadonlySet<string> = new Set([
  'accountCount',
  'appCount',
  'entitlementCount',
  'accessCount',
])

/** A count of an identity. The query must have this field, or another one of `countedFields`. */
export function countOf(sql: TenantSql, field: string): Fragment {
  const profiles = sql`(select count(*) from ${memberRelation(sql)} member where member.identity_key = identity.key)`
  const counts: Readonly<Record<string, Fragment>> = {
    accountCount: sql`coalesce(counted.accounts, 0)`,
    appCount: sql`coalesce(counted.applications, 0)`,
    entitlementCount: sql`coalesce(counted.entitlements, 0)`,
    roleCount: profiles,
    accessCount: sql`(coalesce(counted.entitlements, 0) + ${profiles})`,
  }
  const count = counts[field]
  if (count === undefined) throw new Error(`the field ${field} is no count`)
  return count
}

const countTable = (sql: TenantSql) => sql`counted as materialized (select * from ${accessCounts(sql)} access),`
