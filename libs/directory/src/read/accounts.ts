import type { TenantSql } from '@assay/store'
import type { BroughtAccount } from './grant-details.ts'
import type { IdentityStatus, IdentityType } from './identities.ts'
import type { Page } from './listing.ts'

/** An account that a source brought, with the keys of its application and identity. */
interface OwnedAccount extends BroughtAccount {
  readonly applicationKey: number
  readonly identityKey: number
}

/** All conditions must hold; a missing condition matches everything. */
interface AccountSearch {
  readonly applicationKeys?: readonly number[] | undefined
  readonly identityKeys?: readonly number[] | undefined
  readonly ids?: readonly string[] | undefined
  readonly exceptIds: readonly string[]
  /** Application key and id of each account that the search is limited to. */
  readonly references?: readonly { readonly applicationKey: number; readonly id: string }[] | undefined
  /** Part of the id or the name of the account, or of the name or the mail address of its identity, letter case ignored. */
  readonly query: string
  /** Empty: all. An account is disabled when it or its identity is disabled. */
  readonly statuses: readonly IdentityStatus[]
  /** Types of the identity; empty: all. */
  readonly types: readonly IdentityType[]
}

/** The position at the end of a page of accounts. */
type AccountPosition = readonly [applicationKey: number, identityKey: number, id: string]

/** In the order of the keys of application and identity, then of the id. */
export async function searchAccounts(
  sql: TenantSql,
  search: AccountSearch,
  page: Page<AccountPosition>,
): Promise<{ accounts: readonly OwnedAccount[]; last: AccountPosition | undefined }> {
  const { applicationKeys, identityKeys, ids, exceptIds, references, statuses, types } = search
  const { after } = page
  const query = search.query.trim().toLowerCase()
  const namesPerson = query !== '' || statuses.length > 0 || types.length > 0
  const rows = await sql<OwnedAccount[]>`
    select account.application_key as "applicationKey", account.identity_key as "identityKey", account.id, account.name, account.disabled
    from accounts account
    ${namesPerson ? sql`join identities i on i.key = account.identity_key` : sql``}
    where true
      ${applicationKeys ? inApplications(sql, applicationKeys) : sql``}
      ${identityKeys ? sql`and account.identity_key = any(${[...identityKeys]}::integer[])` : sql``}
      ${ids ? sql`and account.id = any(${[...ids]}::text[])` : sql``}
      ${exceptIds.length > 0 ? sql`and not account.id = any(${[...exceptIds]}::text[])` : sql``}
      ${references ? sql`and (account.application_key, account.id) in ${namedBy(sql, references)}` : sql``}
      ${
        query === ''
          ? sql``
          : sql`and (position(${query} in lower(account.id)) > 0 or position(${query} in lower(account.name)) > 0
              or position(${query} in i.name_order) > 0 or position(${query} in i.email_order) > 0)`
      }
      ${
        statuses.length === 0
          ? sql``
          : sql`and (case when i.status = 'enabled' and account.disabled then 'disabled' else i.status end) = any(${[...statuses]}::text[])`
      }
      ${types.length === 0 ? sql`` : sql`and i.type = any(${[...types]}::text[])`}
      ${after ? sql`and (account.application_key, account.identity_key, account.id collate "C") > (${after[0]}::integer, ${after[1]}::integer, ${after[2]})` : sql``}
    order by account.application_key, account.identity_key, account.id collate "C" limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { accounts: shown, last: end && [end.applicationKey, end.identityKey, end.id] }
}

/** For one application the index returns a page in its order; for a list of applications it does not. */
function inApplications(sql: TenantSql, keys: readonly number[]) {
  const [only] = keys
  return only !== undefined && keys.length === 1
    ? sql`and account.application_key = ${only}::integer`
    : sql`and account.application_key = any(${[...keys]}::integer[])`
}

function namedBy(sql: TenantSql, references: readonly { readonly applicationKey: number; readonly id: string }[]) {
  const applications = references.map(({ applicationKey }) => applicationKey)
  const ids = references.map(({ id }) => id)
  return sql`(select * from unnest(${applications}::integer[], ${ids}::text[]))`
}

/** The pairs for which a source brought an account, each as `application key/identity key`. */
export async function withBroughtAccount(
  sql: TenantSql,
  pairs: readonly { readonly applicationKey: number; readonly identityKey: number }[],
): Promise<ReadonlySet<string>> {
  if (pairs.length === 0) return new Set()
  const applications = pairs.map(({ applicationKey }) => applicationKey)
  const identities = pairs.map(({ identityKey }) => identityKey)
  const rows = await sql<{ pair: string }[]>`
    select distinct application_key || '/' || identity_key as pair from accounts
    where identity_key = any(${[...new Set(identities)]}::integer[])
      and (application_key, identity_key) in (select * from unnest(${applications}::integer[], ${identities}::integer[]))`
  return new Set(rows.map(({ pair }) => pair))
}

/** The accounts of an identity in an application that sources brought, by id; at most `limit`. */
export async function accountsOfIdentity(
  sql: TenantSql,
  identityKey: number,
  applicationKey: number,
  most: number,
): Promise<readonly BroughtAccount[]> {
  return sql<BroughtAccount[]>`
    select id, name, disabled from accounts where identity_key = ${identityKey} and application_key = ${applicationKey}
    order by id collate "C" limit ${most}`
}

/** Keys of the identities whose name or mail address contains the text, letter case ignored; deleted identities are left out. */
export async function identityKeysMatching(sql: TenantSql, text: string): Promise<readonly number[]> {
  const query = text.trim().toLowerCase()
  const [row] = await sql<{ keys: string | null }[]>`
    select string_agg(key::text, ',') as keys from identities
    where status <> 'deleted' and (position(${query} in name_order) > 0 or position(${query} in email_order) > 0)`
  return row?.keys ? row.keys.split(',').map(Number) : []
}

/**
 * The access that ids stand for. The id of an identity stands for all its access; the id of an account stands for its identity's
 * access there.
 */
export async function holdersNamed(
  sql: TenantSql,
  ids: readonly string[],
): Promise<readonly { readonly identityKey: number; readonly applicationKey: number | undefined }[]> {
  if (ids.length === 0) return []
  const rows = await sql<{ identityKey: number; applicationKey: number | null }[]>`
    select key as "identityKey", null::integer as "applicationKey" from identities where id = any(${[...ids]}::text[])
    union all
    select identity_key, application_key from accounts where id = any(${[...ids]}::text[])`
  return rows.map(({ identityKey, applicationKey }) => ({ identityKey, applicationKey: applicationKey ?? undefined }))
}
