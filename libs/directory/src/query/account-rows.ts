import type { Filter } from '@assay/collection-query'
import type { Fragment, TenantSql } from '@assay/store'
import { applicationsGiven, grantsInForce } from '../relations.ts'
import type { KeyPairs } from './access-pairs.ts'
import { keysOfAccountId } from './account-id.ts'

/** The accounts that a filter can match at most: ids of identities or applications; undefined means all. */
export interface AccountBounds {
  readonly identityIds: readonly string[] | undefined
  readonly applicationIds: readonly string[] | undefined
  /** Pairs of keys, where the filter names ids of accounts. */
  readonly keys: readonly { readonly identityKey: number; readonly applicationKey: number }[] | undefined
}

/**
 * The conditions on ids that every account of a list meets. Accounts without a login are derived from grants, so a caller that asks
 * for one person or application must not wait until all accounts are derived.
 */
export function accountBounds(filter: Filter<string>): AccountBounds {
  const terms = filter.kind === 'and' ? filter.of : [filter]
  const valuesOf = (field: string) => {
    for (const term of terms) {
      if (term.kind !== 'comparison' || term.field !== field) continue
      if (term.operator === 'eq') return [String(term.value)]
      if (term.operator === 'in') return term.values.map(String)
    }
    return undefined
  }
  return {
    identityIds: valuesOf('identityId'),
    applicationIds: valuesOf('applicationId'),
    keys: valuesOf('id')?.flatMap((id) => keysOfAccountId(id) ?? []),
  }
}

/**
 * Accounts within the bounds, to put after `from` with nothing behind it. `account` has `identity_key, application_key, login,
 * name, disabled`; `i` is the identity and `a` the application. The accounts of an identity are derived when the query reaches the
 * identity, so that a page in the order of identities ends early. The accounts of a few applications are derived at once.
 * @param known the pairs with access within the bounds; without it they are read from the grants
 */
export function accountRows(sql: TenantSql, bounds: AccountBounds, known?: KeyPairs): Fragment {
  const { identityIds, applicationIds, keys } = bounds
  const ofApplications = sql`
    ${applicationIds === undefined ? sql`` : sql`and application_key = any(array(select key from applications where id = any(${[...applicationIds]}::text[])))`}
    ${keys === undefined ? sql`` : sql`and application_key = any(${keys.map(({ applicationKey }) => applicationKey)}::integer[])`}`
  const ofIdentities = sql`
    ${identityIds === undefined ? sql`` : sql`and i.id = any(${[...identityIds]}::text[])`}
    ${keys === undefined ? sql`` : sql`and i.key = any(${keys.map(({ identityKey }) => identityKey)}::integer[])`}`
  const application = sql`join applications a on a.key = account.application_key`
  if (known !== undefined || isOfApplicationsAlone(bounds)) {
    const pairs = known === undefined ? accessPairs(sql, sql``, ofApplications) : givenPairs(sql, known)
    const ofSome =
      identityIds === undefined ? sql`` : sql`and identity_key = any(${keysOfIdentities(sql, identityIds)})`
    return sql`(${accountsOf(sql, ofSome, ofApplications, pairs)}) account
      join identities i on i.key = account.identity_key and i.status <> 'deleted' ${application}`
  }
  const ofOne = sql`and identity_key = i.key`
  return sql`(select * from identities i where i.status <> 'deleted' ${ofIdentities}) i
    cross join lateral (${accountsOf(sql, ofOne, ofApplications, accessPairs(sql, ofOne, ofApplications))}) account ${application}`
}

/** Whether the bounds name applications only, and no identity or account. */
function isOfApplicationsAlone({ applicationIds, identityIds, keys }: AccountBounds): boolean {
  return applicationIds !== undefined && identityIds === undefined && keys === undefined
}

/** An array of keys, so that an index finds the rows before the query joins anything. */
export function keysOfIdentities(sql: TenantSql, ids: readonly string[]): Fragment {
  return sql`array(select key from identities where id = any(${[...ids]}::text[]))`
}

/** Accounts that a source brought, and accounts derived from access for pairs without such an account. */
function accountsOf(sql: TenantSql, ofIdentity: Fragment, ofApplications: Fragment, pairs: Fragment): Fragment {
  return sql`
    select identity_key, application_key, id as login, nullif(name, '') as name, disabled from accounts
    where true ${ofIdentity} ${ofApplications}
    union all
    select access.identity_key, access.application_key, null, null, false
    from (${pairs}) access
    where not exists (
      select from accounts brought
      where brought.identity_key = access.identity_key and brought.application_key = access.application_key)`
}

/** The applications in which identities have access, by the grants in force. */
function accessPairs(sql: TenantSql, ofIdentity: Fragment, ofApplications: Fragment): Fragment {
  return sql`
    select distinct held.identity_key, given.application_key
    from (select identity_key, entitlement_key from ${grantsInForce(sql)} granted where true ${ofIdentity}) held
    join (select holder_key, application_key from ${applicationsGiven(sql)} every where true ${ofApplications}) given
      on given.holder_key = held.entitlement_key`
}

function givenPairs(sql: TenantSql, { identityKeys, applicationKeys }: KeyPairs): Fragment {
  return sql`
    select identity_key, application_key
    from unnest(${[...identityKeys]}::integer[], ${[...applicationKeys]}::integer[]) pair (identity_key, application_key)`
}
