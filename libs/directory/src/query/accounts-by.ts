import {
  comparisonCondition,
  exactText,
  filterCondition,
  type Listed,
  type ListQuery,
  sortOrder,
} from '@assay/collection-query'
import { notFound } from '@assay/errors'
import type { Fragment, TenantSql } from '@assay/store'
import { type Application, applicationsByKey } from '../read/applications.ts'
import { type Identity, identitiesByKey } from '../read/identities.ts'
import { applicationKeys } from '../read/references.ts'
import { grantsInForce } from '../relations.ts'
import type { AccessPairs, KeyPairs } from './access-pairs.ts'
import { accountIdColumn, accountIdOf, keysOfAccountId } from './account-id.ts'
import { type AccountBounds, accountBounds, accountRows, isOfApplicationsAlone } from './account-rows.ts'
import { countOf } from './listed-keys.ts'

/** What accounts are filtered by. `holds`: the id of an entitlement that it holds; `disabledIdentity`: true or false. */
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

/** An account that a source brought, or one that follows from what its identity has. */
export interface Account {
  readonly id: string
  /** What its application calls it; of one that follows from access, the user name or id of its identity. */
  readonly login: string
  readonly name: string
  readonly disabled: boolean
  readonly identity: Identity
  readonly application: Application
  /** What its identity is assigned in its application: ids of entitlements by the attribute that carries them, '' for none. */
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
 * The accounts of the identities of the data, by id.
 * @param access of the snapshot in force; without it lists of many people are made of the grants, which takes seconds where there are
 *   millions
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
    return { items: await accountsOfRows(sql, rowsOfPairs(known.page(page.limit, page.offset))), total }
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
  // As the digits of ids are, which are those of the hash.
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
  const rows = accountRows(sql, bounds, isOfApplicationsAlone(bounds) ? known?.all() : undefined)
  const { limit, offset } = page
  const [found, total] = await Promise.all([
    limit === 0
      ? []
      : sql<AccountRow[]>`
          select ${accountColumns(sql)} from ${rows} where ${condition} ${order} limit ${limit} offset ${offset}`,
    wantsTotal ? countOf(sql, rows, condition) : undefined,
  ])
  return { items: await accountsOfRows(sql, found), total }
}

/** Pairs of identities and applications that a list can be of, page by page. */
interface Pairs {
  readonly count: number
  page(limit: number, start: number): KeyPairs
  all(): KeyPairs
}

/** Those within bounds that name applications at most; undefined for others, which the database finds by itself. */
async function knownPairs(sql: TenantSql, access: AccessPairs, bounds: AccountBounds): Promise<Pairs | undefined> {
  const { applicationIds, identityIds, keys } = bounds
  if (identityIds !== undefined || keys !== undefined) return undefined
  if (applicationIds === undefined) {
    return { count: access.count, page: (...part) => access.page(...part), all: () => access.page(access.count, 0) }
  }
  const found = await applicationKeys(sql, applicationIds, { includeDeleted: true })
  const all = access.ofApplications(new Set(found.values()))
  const part = (keysOf: readonly number[], limit: number, start: number) => keysOf.slice(start, start + limit)
  return {
    count: all.identityKeys.length,
    page: (...place) => ({
      identityKeys: part(all.identityKeys, ...place),
      applicationKeys: part(all.applicationKeys, ...place),
    }),
    all: () => all,
  }
}

/** Whether a list is of pairs alone, in their order: nothing else narrows or sorts it, and no source brought an account there. */
async function isListOfPairs(
  sql: TenantSql,
  { filter, sorters }: ListQuery<AccountField, AccountSorter>,
  { applicationIds }: AccountBounds,
): Promise<boolean> {
  if (sorters.length > 0) return false
  const terms = (filter.kind === 'and' ? filter.of : [filter]).filter((one) => one.kind !== 'and' || one.of.length > 0)
  if (terms.length !== (applicationIds === undefined ? 0 : 1)) return false
  const [{ isBrought }] = await sql<[{ isBrought: boolean }]>`
    select exists (
      select from accounts
      ${applicationIds === undefined ? sql`` : sql`where application_key = any(array(select key from applications where id = any(${[...applicationIds]}::text[])))`}
    ) as "isBrought"`
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

async function accountsOfRows(sql: TenantSql, rows: readonly AccountRow[]): Promise<readonly Account[]> {
  if (rows.length === 0) return []
  const [identities, applications, holdings] = await Promise.all([
    identitiesByKey(sql, [...new Set(rows.map(({ identityKey }) => identityKey))]),
    applicationsByKey(sql, [...new Set(rows.map(({ applicationKey }) => applicationKey))]),
    holdingsOfAccounts(sql, rows),
  ])
  return rows.flatMap((row) => {
    const identity = identities.get(row.identityKey)
    const application = applications.get(row.applicationKey)
    if (identity === undefined || application === undefined) return []
    const login = row.login ?? (identity.username || identity.id)
    const name = row.name ?? row.login ?? (identity.username || identity.displayName)
    const held = holdings.get(pairOf(row)) ?? new Map()
    return { id: accountIdOf(row), login, name, disabled: row.disabled, identity, application, holdings: held }
  })
}

type Pair = Pick<AccountRow, 'identityKey' | 'applicationKey'>

const pairOf = ({ identityKey, applicationKey }: Pair) => `${identityKey} ${applicationKey}`

/** What accounts hold, by their pairs of identity and application. */
async function holdingsOfAccounts(sql: TenantSql, pairs: readonly Pair[]) {
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

/** What an account of `accountRows` holds, to put into `exists`. */
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
