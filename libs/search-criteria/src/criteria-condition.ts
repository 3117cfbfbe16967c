import { accessCounts, identityRelation } from '@assay/directory'
import { memberRelation } from '@assay/profiles'
import { callerShaped, type Fragment, type TenantSql } from '@assay/store'
import type { Criteria, Match } from './criteria.ts'
import { ElementTests, type FieldTest } from './element-tests.ts'
import { attributeColumns, identityFields } from './fields.ts'
import { joined, listed } from './fragments.ts'
import { elementsOf, joinedAttributes, joinedElements } from './list-values.ts'
import { anyMatches, type Column } from './match-condition.ts'
import { type RowValue, withRowValues } from './row-values.ts'
import { textBoundary } from './words.ts'

/** The parts of a query over `identities identity` that finds those who meet criteria, with all values as parameters. */
interface CriteriaQuery {
  /** Definitions for a `with` clause, each with a comma behind it. */
  readonly tables: Fragment
  readonly joins: Fragment
  /** True or false for every row. */
  readonly condition: Fragment
}

/** @param lists the custom attributes that are lists: a term asks for any value of one */
export function criteriaQuery(sql: TenantSql, criteria: Criteria, lists: ReadonlySet<string>): CriteriaQuery {
  const elements = new ElementTests(sql)
  const met = withRowValues(sql, (value) =>
    condition(sql, criteria, elements, (field, match) => identityTest(sql, value, elements, lists, field, match)),
  )
  const hasCounts = [...fieldsOf(criteria)].some((field) => identityFields[field] === 'number')
  const countJoin = sql`left join counted on counted.identity_key = identity.key`
  return {
    tables: callerShaped(sql`${hasCounts ? countTable(sql) : sql``} ${elements.tables()}`),
    joins: callerShaped(sql`${hasCounts ? countJoin : sql``} ${elements.joins()}`),
    condition: callerShaped(met),
  }
}

function condition(sql: TenantSql, criteria: Criteria, elements: ElementTests, test: FieldTest): Fragment {
  switch (criteria.kind) {
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

/** The fields that are asked for, but for those of lists. */
function fieldsOf(criteria: Criteria): ReadonlySet<string> {
  switch (criteria.kind) {
    case 'field':
      return new Set([criteria.field])
    case 'element':
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
  if (identityFields[field] === 'number') return [{ name: field, is: countOf(sql, field) }]
  switch (field) {
    case 'id':
    case 'email':
    case 'status':
      return [ofIdentity(sql, field)]
    case 'displayName':
      return [ofIdentity(sql, 'display_name')]
    case 'name':
      return [ofIdentity(sql, 'username'), ofIdentity(sql, 'display_name')]
    case 'inactive':
    case 'disabled':
      return [{ name: field, is: sql`(identity.status <> 'enabled')` }]
    case 'isManager':
      return [
        {
          name: field,
          is: sql`(identity.id in (select manager_id from ${identityRelation(sql)} report where status <> 'deleted'))`,
        },
      ]
    case 'manager.id':
      return [ofIdentity(sql, 'manager_id')]
    case 'manager.name':
      return [ofManager(sql, 'username'), ofManager(sql, 'display_name')]
    case 'manager.displayName':
      return [ofManager(sql, 'display_name')]
    default:
      return [attribute(sql, field.startsWith('attributes.') ? field.slice('attributes.'.length) : field, lists)]
  }
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

/** In a query that `countTable` and its join are part of. */
function countOf(sql: TenantSql, field: string): Fragment {
  const profiles = sql`(select count(*) from ${memberRelation(sql)} member where member.identity_key = identity.key)`
  const counts: Readonly<Record<string, Fragment>> = {
    accountCount: sql`coalesce(counted.accounts, 0)`,
    appCount: sql`coalesce(counted.applications, 0)`,
    entitlementCount: sql`coalesce(counted.entitlements, 0)`,
    accessProfileCount: profiles,
    roleCount: profiles,
    accessCount: sql`(coalesce(counted.entitlements, 0) + ${profiles})`,
  }
  return counts[field]
}

const countTable = (sql: TenantSql) => sql`counted as materialized (select * from ${accessCounts(sql)} access),`
