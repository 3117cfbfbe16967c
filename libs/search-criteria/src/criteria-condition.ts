import { callerShaped, type Fragment, type TenantSql } from '@assay/store'
import type { Bound, Criteria, ElementList, Match, Moment } from './criteria.ts'
import { attributeColumns, elementFields, identityFields } from './fields.ts'
import { startOf } from './instants.ts'
import { textPattern } from './text-pattern.ts'

/** The criteria as a condition on `identities identity`, true or false for every row, with all values as parameters. */
export function criteriaCondition(sql: TenantSql, criteria: Criteria): Fragment {
  return callerShaped(condition(sql, criteria, (field, match) => identityTest(sql, field, match)))
}

type Test = (field: string, match: Match) => Fragment

function condition(sql: TenantSql, criteria: Criteria, test: Test): Fragment {
  switch (criteria.kind) {
    case 'and':
    case 'or':
      return joined(
        sql,
        criteria.kind,
        criteria.of.map((part) => condition(sql, part, test)),
      )
    case 'not':
      return sql`(not ${condition(sql, criteria.of, test)})`
    case 'element':
      return elements(sql, criteria.list, (columns) =>
        condition(sql, criteria.of, (field, match) => elementTest(sql, criteria.list, columns, field, match)),
      )
    case 'field':
      return sql`coalesce(${test(criteria.field, criteria.match)}, false)`
  }
}

function list(sql: TenantSql, parts: readonly Fragment[]): Fragment {
  return sql`${parts.flatMap((part, index) => (index === 0 ? [part] : [sql`,`, part]))}`
}

/** Flat, since a nest of one fragment a term would be as deep as the query is long. */
function joined(sql: TenantSql, word: 'and' | 'or', parts: readonly Fragment[]): Fragment {
  const between = word === 'and' ? sql`and` : sql`or`
  return sql`(${parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]))})`
}

function identityTest(sql: TenantSql, field: string, match: Match): Fragment {
  // A line each, and no word goes on from one line to the next: one look at each identity instead of ten.
  if (field === '*') return matches(sql, sql`concat_ws(chr(10), ${list(sql, textsOf(sql))})`, match)
  if (field.startsWith('attributes.')) return attributeTest(sql, field.slice('attributes.'.length), match)
  if (field === 'source.id' || field === 'source.name') {
    return elements(sql, 'accounts', (columns) => elementTest(sql, 'accounts', columns, field, match))
  }
  if (field.startsWith('manager.')) return managerTest(sql, field, match)
  if (identityFields[field] === 'number') return matches(sql, countOf(sql, field), match)
  const columns = identityColumns(sql)[field]
  return columns === undefined ? attributeTest(sql, field, match) : anyOf(sql, columns, match)
}

/** A field may stand for several columns: one of them has to match. */
function identityColumns(sql: TenantSql): Readonly<Record<string, readonly Fragment[]>> {
  return {
    id: [sql`identity.id`],
    name: [sql`identity.username`, sql`identity.display_name`],
    displayName: [sql`identity.display_name`],
    email: [sql`identity.email`],
    status: [sql`identity.status`],
    inactive: [sql`(identity.status <> 'enabled')`],
    disabled: [sql`(identity.status <> 'enabled')`],
    isManager: [sql`(identity.id in (select manager_id from identities where status <> 'deleted'))`],
  }
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
    sql`(select string_agg(value, chr(10)) from jsonb_each_text(identity.attributes))`,
  ]
}

function attributeTest(sql: TenantSql, name: string, match: Match): Fragment {
  const column = Object.hasOwn(attributeColumns, name) ? attributeColumns[name] : undefined
  if (column !== undefined) return matches(sql, sql`${sql(`identity.${column}`)}`, match)
  return matches(sql, sql`(identity.attributes ->> ${name})`, match)
}

function managerTest(sql: TenantSql, field: string, match: Match): Fragment {
  if (field === 'manager.id') return matches(sql, sql`identity.manager_id`, match)
  const columns =
    field === 'manager.name' ? [sql`manager.username`, sql`manager.display_name`] : [sql`manager.display_name`]
  return sql`(identity.manager_id in (
    select manager.id from identities manager where manager.status <> 'deleted' and ${anyOf(sql, columns, match)}))`
}

const inForce = (sql: TenantSql) => sql`held.import_id = (select import_id from snapshots)`

function countOf(sql: TenantSql, field: string): Fragment {
  const held = sql`from grants held where held.identity_key = identity.key and ${inForce(sql)}`
  const entitlements = sql`(select count(*) ${held})`
  const profiles = sql`(select count(*) from access_profile_members member where member.identity_key = identity.key)`
  const sources = sql`(
    select count(distinct granted.application_key) from grants held
    join entitlements granted on granted.key = held.entitlement_key
    where held.identity_key = identity.key and ${inForce(sql)})`
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

type Columns = Readonly<Record<string, readonly Fragment[]>>

/** Whether the identity has an element in a list that passes; all of a query is asked of the same element. */
function elements(sql: TenantSql, list: ElementList, test: (columns: Columns) => Fragment): Fragment {
  const granted = sql`(identity.key in (
    select held.identity_key from grants held
    where ${inForce(sql)} and held.entitlement_key in (
      select entitlement.key from entitlements entitlement
      join applications source on source.key = entitlement.application_key
      where ${test(grantColumns(sql, list))})))`
  if (list !== 'access') return granted
  return sql`(${granted} or identity.key in (
    select member.identity_key from access_profile_members member
    where member.profile_id in (select profile.id from access_profiles profile where ${test(profileColumns(sql))})))`
}

function grantColumns(sql: TenantSql, list: ElementList): Columns {
  const source = { 'source.id': [sql`source.id`], 'source.name': [sql`source.display_name`] }
  switch (list) {
    case 'accounts':
      return {
        ...source,
        name: [sql`identity.username`, sql`identity.display_name`],
        accountId: [sql`identity.username`, sql`identity.id`],
        privileged: [sql`entitlement.privileged`],
        disabled: [sql`false`],
      }
    case 'apps':
      return { ...source, id: [sql`source.id`], name: [sql`source.display_name`] }
    case 'access':
      return {
        ...source,
        id: [sql`entitlement.id`],
        name: [sql`entitlement.display_name`],
        displayName: [sql`entitlement.display_name`],
        type: [sql`'ENTITLEMENT'`],
        attribute: [sql`entitlement.attribute`],
        value: [sql`entitlement.id`],
        privileged: [sql`entitlement.privileged`],
      }
  }
}

function profileColumns(sql: TenantSql): Columns {
  return {
    id: [sql`profile.id::text`],
    name: [sql`profile.display_name`],
    displayName: [sql`profile.display_name`],
    type: [sql`'ACCESS_PROFILE'`],
    privileged: [sql`false`],
  }
}

/** Fields that this kind of element does not have match nothing. */
function elementTest(sql: TenantSql, list: ElementList, columns: Columns, field: string, match: Match): Fragment {
  if (field !== '*') return anyOf(sql, columns[field] ?? [], match)
  const texts = Object.entries(columns).filter(([name]) => elementFields[list][name] === 'text')
  return anyOf(
    sql,
    texts.flatMap(([, each]) => each),
    match,
  )
}

function anyOf(sql: TenantSql, columns: readonly Fragment[], match: Match): Fragment {
  if (columns.length === 0) return sql`false`
  return joined(
    sql,
    'or',
    columns.map((column) => sql`coalesce(${matches(sql, column, match)}, false)`),
  )
}

function matches(sql: TenantSql, column: Fragment, match: Match): Fragment {
  switch (match.kind) {
    case 'boolean':
      return sql`${column} = ${match.value}::boolean`
    case 'exists':
      return sql`${column}::text <> ''`
    case 'text':
      return match.isExact
        ? sql`${column} ~ ${textPattern(match.pattern, true)}::text`
        : sql`lower(${column}) ~ lower(${textPattern(match.pattern, false)}::text)`
    case 'period': {
      const start = startOf(sql, column)
      const ends = [
        ...(match.from === undefined ? [] : [moved(sql, start, match.from, match.from.isIncluded ? '>=' : '>')]),
        ...(match.to === undefined ? [] : [moved(sql, start, match.to, match.to.isIncluded ? '<=' : '<')]),
      ]
      return joined(sql, 'and', ends)
    }
    case 'range': {
      const ends = [
        ...(match.from === undefined ? [] : [bounded(sql, column, match.from, match.from.isIncluded ? '>=' : '>')]),
        ...(match.to === undefined ? [] : [bounded(sql, column, match.to, match.to.isIncluded ? '<=' : '<')]),
      ]
      return joined(sql, 'and', ends)
    }
  }
}

type Sign = '>=' | '>' | '<=' | '<'

const operatorOf = (sql: TenantSql, sign: Sign) => ({ '>=': sql`>=`, '>': sql`>`, '<=': sql`<=`, '<': sql`<` })[sign]

function moved(sql: TenantSql, start: Fragment, { at }: Moment, sign: Sign): Fragment {
  return sql`${start} ${operatorOf(sql, sign)} to_timestamp(${at / 1000}::float8)`
}

function bounded(sql: TenantSql, column: Fragment, { value }: Bound, sign: Sign): Fragment {
  const operator = operatorOf(sql, sign)
  if (typeof value === 'number') return sql`${column} ${operator} ${value}::float8`
  // What has no value is in no range.
  return sql`(${column} <> '' and lower(${column}) collate "C" ${operator} lower(${value}::text))`
}
