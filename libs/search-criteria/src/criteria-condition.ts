import { callerShaped, type Fragment, type TenantSql } from '@assay/store'
import type { Criteria, Match } from './criteria.ts'
import { type FieldTest, hasElement } from './element-condition.ts'
import { attributeColumns, identityFields } from './fields.ts'
import { anyMatches, type Column, joined } from './match-condition.ts'
import { type RowValue, withRowValues } from './row-values.ts'
import { textBoundary } from './words.ts'

/** The criteria as a condition on `identities identity`, true or false for every row, with all values as parameters. */
export function criteriaCondition(sql: TenantSql, criteria: Criteria): Fragment {
  return callerShaped(
    withRowValues(sql, (value) => condition(sql, criteria, (field, match) => identityTest(sql, value, field, match))),
  )
}

function condition(sql: TenantSql, criteria: Criteria, test: FieldTest): Fragment {
  switch (criteria.kind) {
    case 'field':
      return test(criteria.field, criteria.match)
    case 'element':
      return hasElement(sql, criteria.list, fieldsOf(criteria.of), (ofElement) =>
        condition(sql, criteria.of, ofElement),
      )
    case 'clauses': {
      const each = (parts: readonly Criteria[]) => parts.map((part) => condition(sql, part, test))
      const { must, should, mustNot } = criteria
      const required = must.length > 0 ? each(must) : should.length > 0 ? [joined(sql, 'or', each(should))] : []
      const excluded = mustNot.length > 0 ? [sql`not ${joined(sql, 'or', each(mustNot))}`] : []
      return joined(sql, 'and', [...required, ...excluded])
    }
  }
}

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

function identityTest(sql: TenantSql, value: RowValue, field: string, match: Match): Fragment {
  if (field === 'source.id' || field === 'source.name') {
    return hasElement(sql, 'accounts', new Set([field]), (ofElement) => ofElement(field, match))
  }
  return anyMatches(sql, value, identityColumns(sql, field), match)
}

function identityColumns(sql: TenantSql, field: string): readonly Column[] {
  if (field === '*') return [{ name: field, is: sql`concat_ws(${textBoundary}::text, ${listed(sql, textsOf(sql))})` }]
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
      return [{ name: field, is: sql`(identity.id in (select manager_id from identities where status <> 'deleted'))` }]
    case 'manager.id':
      return [ofIdentity(sql, 'manager_id')]
    case 'manager.name':
      return [ofManager(sql, 'username'), ofManager(sql, 'display_name')]
    case 'manager.displayName':
      return [ofManager(sql, 'display_name')]
    default:
      return [attribute(sql, field.startsWith('attributes.') ? field.slice('attributes.'.length) : field)]
  }
}

function ofIdentity(sql: TenantSql, column: string): Column {
  return { name: `identity.${column}`, is: sql`${sql(`identity.${column}`)}` }
}

function ofManager(sql: TenantSql, column: string): Column {
  const is = sql`(
    select ${sql(`manager.${column}`)} from identities manager
    where manager.id = identity.manager_id and manager.status <> 'deleted')`
  return { name: `manager.${column}`, is }
}

function attribute(sql: TenantSql, name: string): Column {
  const column = Object.hasOwn(attributeColumns, name) ? attributeColumns[name] : undefined
  if (column !== undefined) return ofIdentity(sql, column)
  return { name: `attributes.${name}`, is: sql`(identity.attributes ->> ${name}::text)` }
}

function textsOf(sql: TenantSql): Fragment[] {
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
    sql`(select string_agg(value, ${textBoundary}::text) from jsonb_each_text(identity.attributes))`,
  ]
}

function listed(sql: TenantSql, parts: readonly Fragment[]): Fragment {
  return sql`${parts.flatMap((part, index) => (index === 0 ? [part] : [sql`,`, part]))}`
}

function countOf(sql: TenantSql, field: string): Fragment {
  const held = sql`from grants held
    where held.identity_key = identity.key and held.import_id = (select import_id from snapshots)`
  const entitlements = sql`(select count(*) ${held})`
  const profiles = sql`(select count(*) from access_profile_members member where member.identity_key = identity.key)`
  const sources = sql`(
    select count(distinct granted.application_key) from grants held
    join entitlements granted on granted.key = held.entitlement_key
    where held.identity_key = identity.key and held.import_id = (select import_id from snapshots))`
  const counts: Readonly<Record<string, Fragment>> = {
    accountCount: sources,
    appCount: sources,
    entitlementCount: entitlements,
    accessProfileCount: profiles,
    roleCount: profiles,
    accessCount: sql`(${entitlements} + ${profiles})`,
  }
  return counts[field]
}
