import type { Fragment, TenantSql } from '@assay/store'
import type { ElementList, Match } from './criteria.ts'
import { elementFields } from './fields.ts'
import { anyMatches, type Column } from './match-condition.ts'
import { withRowValues } from './row-values.ts'

/** Says of one field of an element whether it matches. */
export type FieldTest = (field: string, match: Match) => Fragment

/** The columns of an element by its field; a field may stand for several. */
type Columns = Readonly<Record<string, readonly Fragment[]>>

const inForce = (sql: TenantSql) => sql`held.import_id = (select import_id from snapshots)`

/**
 * Whether `identities identity` has an element in a list that passes the whole test.
 * @param fields those that the test asks for
 */
export function hasElement(
  sql: TenantSql,
  list: ElementList,
  fields: ReadonlySet<string>,
  test: (field: FieldTest) => Fragment,
): Fragment {
  const passes = (columns: Columns) =>
    withRowValues(sql, (value) =>
      test((field, match) => anyMatches(sql, value, columnsOf(list, columns, field), match)),
    )
  // What an account has from its identity, or from all of its entitlements, is not to be had from one entitlement.
  const isOfWholeAccount = ['*', 'name', 'accountId', 'privileged'].some((field) => fields.has(field))
  if (list === 'accounts' && isOfWholeAccount) return hasAccount(sql, passes(accountColumns(sql)))
  const granted = hasGrant(sql, passes(grantColumns(sql, list)))
  return list === 'access' ? sql`(${granted} or ${hasProfile(sql, passes(profileColumns(sql)))})` : granted
}

/** The entitlements that pass are found once for all identities. */
function hasGrant(sql: TenantSql, passes: Fragment): Fragment {
  return sql`exists (
    select from grants held
    where held.identity_key = identity.key and ${inForce(sql)} and held.entitlement_key in (
      select entitlement.key from entitlements entitlement
      join applications source on source.key = entitlement.application_key
      where ${passes}))`
}

function hasProfile(sql: TenantSql, passes: Fragment): Fragment {
  return sql`exists (
    select from access_profile_members member
    where member.identity_key = identity.key
      and member.profile_id in (select profile.id from access_profiles profile where ${passes}))`
}

/** An account is what an identity holds in one application. */
function hasAccount(sql: TenantSql, passes: Fragment): Fragment {
  return sql`exists (
    select from (
      select entitlement.application_key, bool_or(entitlement.privileged) as privileged from grants held
      join entitlements entitlement on entitlement.key = held.entitlement_key
      where held.identity_key = identity.key and ${inForce(sql)}
      group by entitlement.application_key
    ) account
    join applications source on source.key = account.application_key
    where ${passes})`
}

const sourceColumns = (sql: TenantSql) => ({
  'source.id': [sql`source.id`],
  'source.name': [sql`source.display_name`],
})

function accountColumns(sql: TenantSql): Columns {
  return {
    ...sourceColumns(sql),
    name: [sql`identity.username`, sql`identity.display_name`],
    accountId: [sql`identity.username`, sql`identity.id`],
    privileged: [sql`account.privileged`],
    disabled: [sql`false`],
  }
}

function grantColumns(sql: TenantSql, list: ElementList): Columns {
  const source = sourceColumns(sql)
  switch (list) {
    case 'accounts':
      return { ...source, disabled: [sql`false`] }
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
function columnsOf(list: ElementList, columns: Columns, field: string): Column[] {
  const named = (name: string) => (columns[name] ?? []).map((is, index) => ({ name: `${name} ${index}`, is }))
  if (field !== '*') return named(field)
  return Object.keys(columns)
    .filter((name) => elementFields[list][name] === 'text')
    .flatMap(named)
}
