import {
  comparisonCondition,
  exactText,
  filterCondition,
  type Listed,
  type ListQuery,
  sortOrder,
} from '@assay/collection-query'
import { itemAt, notFound } from '@assay/errors'
import { type Fragment, onlyRow, type TenantSql } from '@assay/store'
import { minesEffectiveAccess } from '../import/imports.ts'
import { type Application, applicationsByKey } from '../read/applications.ts'
import { type Identity, identitiesByKey } from '../read/identities.ts'
import { applicationKeys } from '../read/references.ts'
import { grantsInForce } from '../relations.ts'
import type { AccessPairs, KeyPairs, Pairs } from './access-pairs.ts'
import { accountIdColumn, accountIdOf, keysOfAccountId } from './account-id.ts'
import { type AccountBounds, accountBounds, accountRows, keysOfIdentities } from './account-rows.ts'
import { countOf } from './listed-keys.ts'

/**
 * The fields of a filter on accounts. `holds`: the id of an entitlement that the account holds; `disabledIdentity`: true or false.
 */
export type AccountField =
  | 'id'
  | 'identityId'
  | 'applicationId'
  | 'name'
  | 'login'
  | 'identityName'
  | 'applicationName'
  | 'hasEntitlements'
  | 'holds'
  | 'disabledIdentity'
export type AccountSorter = Exclude<AccountField, 'hasEntitlements' | 'holds'>

/** An account that a source brought, or an account that is derived from the access of its identity. */
export interface Account {
  readonly id: string
  /** The login in the application; for a derived account, the user name or id of its identity. */
  readonly login: string
  readonly name: string
  readonly disabled: boolean
  readonly identity: Identity
  readonly application: Application
  /**
   * The entitlements that its identity is assigned in its application: ids by the attribute that carries them, '' for no attribute.
   */
  readonly holdings: ReadonlyMap<string, readonly string[]>
}

interface AccountRow {
  readonly identityKey: number
  readonly applicationKey: number
  readonly login: string | null
  readonly name: string | null
  readonly disabled: boolean
}

/**
 * The accounts of the identities in force, by id.
 * @param access of the snapshot in force. Without it, lists of many people are computed from the grants, which takes seconds for
 * millions of grants.
 */
export async function accountsBy(
  sql: TenantSql,
  query: ListQuery<AccountField, AccountSorter>,
  access?: AccessPairs,
): Promise<Listed<Account>> {
  const { filter, sorters, page, wantsTotal } = query
  const bounds = accountBounds(filter)
  const known = access && (await knownPairs(sql, access, bounds))
  if (known !== undefined && (await isListOfPairs(sql, query, bounds))) {
    const total = wantsTotal ? known.count : undefined
    return { items: await accountsOfRows(sql, rowsOfPairs(known.page(page.limit, page.offset)), access), total }
  }
  const texts = {
    identityId: sql`i.id`,
    applicationId: sql`a.id`,
    name: nameColumn(sql),
    login: loginColumn(sql),
    identityName: sql`i.display_name`,
    applicationName: sql`a.display_name`,
    disabledIdentity: sql`(i.status = 'disabled')`,
  }
  const condition = filterCondition(sql, filter, {
    ...texts,
    id: exactText(sql, accountIdColumn(sql)),
    identityId: exactText(sql, texts.identityId),
    applicationId: exactText(sql, texts.applicationId),
    hasEntitlements: sql`exists (${grantsOfAccount(sql)})`,
    holds: (comparison) => sql`exists (${grantsOfAccount(sql)} and ${comparisonCondition(sql, comparison, sql`e.id`)})`,
  })
  // The order of the digits in an account id, which are those of the hash.
  const loginHash = sql`sha256(convert_to(account.login, 'UTF8')) nulls first`
  const byKeys = [sql`i.key`, sql`account.application_key`, loginHash] as const
  const order = sortOrder(
    sql,
    sorters.filter(({ name, descending }) => name !== 'id' || descending),
    {
      ...texts,
      id: accountIdColumn(sql),
      name: sql`lower(${texts.name})`,
      login: sql`lower(${texts.login})`,
      identityName: sql`i.name_order`,
      applicationName: sql`a.name_order`,
    },
    byKeys,
  )
  // All pairs of a tenant are too many for parameters of a query.
  const isBound = bounds.applicationIds !== undefined || bounds.identityIds !== undefined
  const isFew = known !== undefined && isBound && known.count <= mostGivenPairs
  const rows = accountRows(sql, bounds, isFew ? known.page(known.count, 0) : undefined)
  const { limit, offset } = page
  const [found, total] = await Promise.all([
    limit === 0
      ? []
      : sql<AccountRow[]>`
          select ${accountColumns(sql)} from ${rows} where ${condition} ${order} limit ${limit} offset ${offset}`,
    wantsTotal ? countOf(sql, rows, condition) : undefined,
  ])
  return { items: await accountsOfRows(sql, found, access), total }
}

/** A query takes at most this many pairs as parameters. For more, the database computes the list from the grants. */
const mostGivenPairs = 200_000

/**
 * The pairs within bounds that name only applications, only identities, or nothing; undefined for other bounds, where the database
 * finds them.
 */
async function knownPairs(
  sql: TenantSql,
  access: AccessPairs,
  { applicationIds, identityIds, keys }: AccountBounds,
): Promise<Pairs | undefined> {
  if (keys !== undefined || (identityIds !== undefined && applicationIds !== undefined)) return undefined
  if (identityIds !== undefined) return access.ofIdentities(await identityKeys(sql, identityIds))
  if (applicationIds === undefined) return access.within()
  const found = await applicationKeys(sql, applicationIds, { includeDeleted: true })
  return access.within(new Set(found.values()))
}

async function identityKeys(sql: TenantSql, ids: readonly string[]): Promise<readonly number[]> {
  const { keys } = onlyRow(await sql<{ keys: number[] }[]>`select ${keysOfIdentities(sql, ids)} as keys`)
  return keys
}

/** Whether a list contains only derived accounts in the order of the pairs: no filter or sorter, and no account from a source. */
async function isListOfPairs(
  sql: TenantSql,
  { filter, sorters }: ListQuery<AccountField, AccountSorter>,
  { applicationIds, identityIds }: AccountBounds,
): Promise<boolean> {
  if (sorters.length > 0) return false
  const terms = (filter.kind === 'and' ? filter.of : [filter]).filter((one) => one.kind !== 'and' || one.of.length > 0)
  if (terms.length !== (applicationIds === undefined && identityIds === undefined ? 0 : 1)) return false
  const { isBrought } = onlyRow(
    await sql<{ isBrought: boolean }[]>`
    select exists (
      select from accounts where true
      ${applicationIds === undefined ? sql`` : sql`and application_key = any(array(select key from applications where id = any(${[...applicationIds]}::text[])))`}
      ${identityIds === undefined ? sql`` : sql`and identity_key = any(${keysOfIdentities(sql, identityIds)})`}
    ) as "isBrought"`,
  )
  return !isBrought
}

function rowsOfPairs({ identityKeys, applicationKeys }: KeyPairs): readonly AccountRow[] {
  return identityKeys.map((identityKey, at) => {
    const applicationKey = applicationKeys[at] ?? 0
    return { identityKey, applicationKey, login: null, name: null, disabled: false }
  })
}

/** @throws not_found */
export async function accountById(sql: TenantSql, id: string): Promise<Account> {
  const keys = keysOfAccountId(id)
  if (keys === undefined) throw notFound('account', id)
  const bounds: AccountBounds = { identityIds: undefined, applicationIds: undefined, keys: [keys] }
  const rows = await sql<AccountRow[]>`
    select ${accountColumns(sql)} from ${accountRows(sql, bounds)} where ${accountIdColumn(sql)} = ${id}`
  const [account] = await accountsOfRows(sql, rows)
  if (account === undefined) throw notFound('account', id)
  return account
}

/** Keys of the entitlements that an account holds. */
export async function entitlementsOfAccount(
  sql: TenantSql,
  { identity, application }: Account,
): Promise<readonly number[]> {
  const rows = await sql<{ key: number }[]>`
    select e.key from ${grantsInForce(sql)} held join entitlements e on e.key = held.entitlement_key
    where held.identity_key = ${identity.key} and e.application_key = ${application.key}`
  return rows.map(({ key }) => key)
}

async function accountsOfRows(
  sql: TenantSql,
  rows: readonly AccountRow[],
  access?: AccessPairs,
): Promise<readonly Account[]> {
  if (rows.length === 0) return []
  const [identities, applications, holdings] = await Promise.all([
    identitiesByKey(sql, [...new Set(rows.map(({ identityKey }) => identityKey))]),
    applicationsByKey(sql, [...new Set(rows.map(({ applicationKey }) => applicationKey))]),
    holdingsOf(sql, rows, access),
  ])
  return rows.flatMap((row) => {
    const identity = identities.get(row.identityKey)
    const application = applications.get(row.applicationKey)
    // Another import may have come into force since the caller checked the snapshot.
    if (identity === undefined || identity.status === 'deleted' || application === undefined) return []
    const login = row.login ?? (identity.username || identity.id)
    const name = row.name ?? row.login ?? (identity.username || identity.displayName)
    const held = holdings.get(pairOf(row)) ?? new Map()
    return { id: accountIdOf(row), login, name, disabled: row.disabled, identity, application, holdings: held }
  })
}

type Pair = Pick<AccountRow, 'identityKey' | 'applicationKey'>

const pairOf = ({ identityKey, applicationKey }: Pair) => `${identityKey} ${applicationKey}`

type Holdings = ReadonlyMap<string, Account['holdings']>

/** The entitlements that accounts hold, by pairs of identity and application. */
async function holdingsOf(sql: TenantSql, pairs: readonly Pair[], access: AccessPairs | undefined): Promise<Holdings> {
  // A snapshot that mines what groups give does not distinguish it from assigned access.
  const isByGrants = access === undefined || (await minesEffectiveAccess(sql))
  return isByGrants ? holdingsByGrants(sql, pairs) : holdingsByAccess(sql, pairs, access)
}

async function holdingsByAccess(sql: TenantSql, pairs: readonly Pair[], access: AccessPairs): Promise<Holdings> {
  const assigned = access.mined({
    identityKeys: pairs.map(({ identityKey }) => identityKey),
    applicationKeys: pairs.map(({ applicationKey }) => applicationKey),
  })
  const rows = await sql<{ key: number; attribute: string; id: string }[]>`
    select key, attribute, id from entitlements where key = any(${[...new Set(assigned.flat())]}::integer[])
    order by attribute, id`
  const places = new Map(rows.map(({ key }, place) => [key, place]))
  const found = new Map<string, Map<string, string[]>>()
  for (const [at, pair] of pairs.entries()) {
    const held = new Map<string, string[]>()
    const inOrder = (assigned[at] ?? []).flatMap((key) => places.get(key) ?? []).sort((one, other) => one - other)
    for (const place of inOrder) {
      const { attribute, id } = itemAt(rows, place)
      const ids = held.get(attribute)
      if (ids === undefined) held.set(attribute, [id])
      else ids.push(id)
    }
    found.set(pairOf(pair), held)
  }
  return found
}

/** The same from the grants, when no snapshot is available: the database reads all grants of each identity. */
async function holdingsByGrants(sql: TenantSql, pairs: readonly Pair[]): Promise<Holdings> {
  const rows = await sql<(Pair & { attribute: string; ids: string[] })[]>`
    select held.identity_key as "identityKey", e.application_key as "applicationKey", e.attribute,
      array_agg(e.id order by e.id) as ids
    from (
      select distinct identity_key, application_key
      from unnest(${pairs.map(({ identityKey }) => identityKey)}::integer[],
        ${pairs.map(({ applicationKey }) => applicationKey)}::integer[]) pair (identity_key, application_key)
    ) pair
    join ${grantsInForce(sql)} held on held.identity_key = pair.identity_key
    join entitlements e on e.key = held.entitlement_key and e.application_key = pair.application_key
    group by held.identity_key, e.application_key, e.attribute
    order by e.attribute`
  const found = new Map<string, Map<string, readonly string[]>>()
  for (const row of rows) {
    const held = found.get(pairOf(row)) ?? new Map<string, readonly string[]>()
    held.set(row.attribute, row.ids)
    found.set(pairOf(row), held)
  }
  return found
}

/** The grants of an account of `accountRows`, to put into `exists`. */
function grantsOfAccount(sql: TenantSql): Fragment {
  return sql`
    select from ${grantsInForce(sql)} held join entitlements e on e.key = held.entitlement_key
    where held.identity_key = account.identity_key and e.application_key = account.application_key`
}

function accountColumns(sql: TenantSql): Fragment {
  return sql`account.identity_key as "identityKey", account.application_key as "applicationKey", account.login, account.name,
    account.disabled`
}

function loginColumn(sql: TenantSql): Fragment {
  return sql`coalesce(account.login, nullif(i.username, ''), i.id)`
}

function nameColumn(sql: TenantSql): Fragment {
  return sql`coalesce(account.name, account.login, nullif(i.username, ''), i.display_name)`
}
