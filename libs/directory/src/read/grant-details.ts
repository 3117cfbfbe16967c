import type { TenantSql } from '@assay/store'
import { importOfGrants, inForceSince } from '../relations.ts'
import type { EntitlementReference } from './references.ts'

/** An account of an identity in an application that a source brought. */
export interface BroughtAccount {
  readonly id: string
  /** Empty: the id is the name. */
  readonly name: string
  readonly disabled: boolean
}

/** Details of one identity's access by one entitlement. */
interface GrantDetails {
  /** When it was granted; when the import does not say it, the time at which the access data in force were imported. */
  readonly grantedAt: Date
  /** The assigned groups that give it; empty for an assigned entitlement. */
  readonly through: readonly EntitlementReference[]
  /** The first account of the identity in the application; undefined when no source brought one. */
  readonly account: BroughtAccount | undefined
}

interface Pair {
  readonly entitlementKey: number
  readonly identityKey: number
}

interface DetailRow {
  readonly isDirect: boolean
  readonly grantedAt: Date
  readonly accountId: string | null
  readonly accountName: string | null
  readonly accountDisabled: boolean | null
}

/** In the order of the pairs. Each identity must have its entitlement by the import in force. Two queries for a page of any size. */
export async function grantDetails(sql: TenantSql, pairs: readonly Pair[]): Promise<readonly GrantDetails[]> {
  if (pairs.length === 0) return []
  const identities = pairs.map(({ identityKey }) => identityKey)
  const entitlements = pairs.map(({ entitlementKey }) => entitlementKey)
  const page = sql`unnest(${identities}::integer[], ${entitlements}::integer[]) with ordinality
    as page (identity_key, entitlement_key, place)`
  const assigned = sql`assigned as materialized (
    select identity_key, entitlement_key, granted_at from grants
    where import_id = ${importOfGrants(sql)} and identity_key = any(${[...new Set(identities)]}::integer[]))`
  const rows = await sql<DetailRow[]>`
    with ${assigned}
    select assigned.identity_key is not null as "isDirect", coalesce(assigned.granted_at, ${inForceSince(sql)}) as "grantedAt",
      account.id as "accountId", account.name as "accountName", account.disabled as "accountDisabled"
    from ${page}
    join entitlements e on e.key = page.entitlement_key
    left join assigned using (identity_key, entitlement_key)
    left join lateral (
      select id, name, disabled from accounts
      where accounts.identity_key = page.identity_key and accounts.application_key = e.application_key
      order by id collate "C" limit 1) account on true
    order by page.place`
  const through = new Map<number, EntitlementReference[]>()
  if (rows.some(({ isDirect }) => !isDirect)) {
    const given = await sql<(EntitlementReference & { place: number })[]>`
      with ${assigned}
      select page.place::integer as place, a.id as "applicationId", e.id as "entitlementId"
      from ${page}
      join assigned on assigned.identity_key = page.identity_key
      join entitlement_groups g on g.key = assigned.entitlement_key
      join entitlement_closures c on c.closure = g.closure
      join entitlements e on e.key = assigned.entitlement_key
      join applications a on a.key = e.application_key
      where page.entitlement_key = any(c.entitlement_keys)
      order by page.place, e.key`
    for (const { place, ...reference } of given) through.set(place, [...(through.get(place) ?? []), reference])
  }
  return rows.map(({ isDirect, grantedAt, accountId, accountName, accountDisabled }, at) => ({
    grantedAt,
    through: isDirect ? [] : (through.get(at + 1) ?? []),
    account:
      accountId === null ? undefined : { id: accountId, name: accountName ?? '', disabled: accountDisabled === true },
  }))
}
