import { broughtAccounts, entitlementRelation, grantsInForce, groupAccess, identityRelation } from '@assay/directory'
import { memberRelation, profileEntitlementRelation, profileRelation } from '@assay/profiles'
import type { TenantSql } from '@assay/store'

/** The access of some identities, by key, without duplicates. */
export interface HeldAccess {
  /** Keys of assigned entitlements. */
  readonly assigned: ReadonlyMap<number, Int32Array>
  /** For each assigned entitlement, the keys of the other entitlements that it gives. */
  readonly given: ReadonlyMap<number, Int32Array>
  readonly entitlements: ReadonlyMap<number, HeldEntitlement>
  /** The accounts that sources delivered. */
  readonly accounts: ReadonlyMap<number, readonly BroughtAccount[]>
  readonly profileIds: ReadonlyMap<number, readonly string[]>
  readonly profiles: ReadonlyMap<string, HeldProfile>
}

export interface HeldEntitlement {
  readonly key: number
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attribute: string
  readonly privileged: boolean
  readonly applicationKey: number
  readonly applicationId: string
  readonly applicationName: string
}

export interface BroughtAccount {
  readonly identityKey: number
  readonly applicationKey: number
  readonly applicationId: string
  readonly applicationName: string
  readonly id: string
  readonly name: string
  readonly disabled: boolean
}

export interface HeldProfile {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly enabled: boolean
  /** The responsible person; null when it is not known. */
  readonly owner: { readonly id: string; readonly name: string; readonly displayName: string } | null
  /** Keys of the entitlements that it gives. */
  readonly entitlementKeys: ReadonlySet<number>
}

/** Reads the access with a few queries, whatever the number of identities. */
export async function heldAccess(sql: TenantSql, identityKeys: readonly number[]): Promise<HeldAccess> {
  const keys = [...identityKeys]
  const [, assignedRows, accountRows, memberRows] = await Promise.all([
    // A generic plan for lists of any length would read many more grants than those of these identities.
    sql`select set_config('plan_cache_mode', 'force_custom_plan', true)`,
    sql<{ key: number; held: Buffer }[]>`
      select identity_key as key, string_agg(int4send(entitlement_key), ''::bytea) as held
      from ${grantsInForce(sql)} held where identity_key = any(${keys}::integer[]) group by identity_key`,
    sql<BroughtAccount[]>`
      select identity_key as "identityKey", application_key as "applicationKey", application_id as "applicationId",
        application_name as "applicationName", id, name, disabled
      from ${broughtAccounts(sql)} account where identity_key = any(${keys}::integer[])
      order by application_id collate "C", id collate "C"`,
    sql<{ key: number; profileId: string }[]>`
      select identity_key as key, profile_id as "profileId" from ${memberRelation(sql)} member
      where identity_key = any(${keys}::integer[]) order by profile_id`,
  ])
  const assigned = new Map(assignedRows.map(({ key, held }) => [key, keysIn(held)]))
  const assignedKeys = distinct([...assigned.values()])
  const profileIds = [...new Set(memberRows.map(({ profileId }) => profileId))]
  const [givenRows, profiles] = await Promise.all([
    sql<{ key: number; held: Buffer }[]>`
      select group_key as key, string_agg(int4send(entitlement_key), ''::bytea) as held
      from ${groupAccess(sql)} given where group_key = any(${assignedKeys}::integer[]) group by group_key`,
    heldProfiles(sql, profileIds),
  ])
  const given = new Map(givenRows.map(({ key, held }) => [key, keysIn(held)]))
  const entitlements = await heldEntitlements(sql, distinct([...assigned.values(), ...given.values()]))
  return {
    assigned,
    given,
    entitlements,
    accounts: Map.groupBy(accountRows, ({ identityKey }) => identityKey),
    profileIds: new Map(
      [...Map.groupBy(memberRows, ({ key }) => key)].map(([key, rows]) => [
        key,
        rows.map(({ profileId }) => profileId),
      ]),
    ),
    profiles,
  }
}

async function heldEntitlements(sql: TenantSql, keys: number[]): Promise<ReadonlyMap<number, HeldEntitlement>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<HeldEntitlement[]>`
    select key, id, coalesce(nullif(display_name, ''), id) as name, description, attribute, privileged,
      application_key as "applicationKey", application_id as "applicationId",
      coalesce(nullif(application_name, ''), application_id) as "applicationName"
    from ${entitlementRelation(sql)} entitlement where key = any(${keys}::integer[])
    order by id collate "C", application_id collate "C"`
  return new Map(rows.map((row) => [row.key, row]))
}

async function heldProfiles(sql: TenantSql, ids: string[]): Promise<ReadonlyMap<string, HeldProfile>> {
  if (ids.length === 0) return new Map()
  const [rows, given] = await Promise.all([
    sql<Omit<HeldProfile, 'entitlementKeys'>[]>`
      select profile.id, profile.display_name as name, profile.description, profile.enabled,
        case when owner.id is not null then
          jsonb_build_object('id', owner.id, 'name', owner.display_name, 'displayName', owner.display_name) end as owner
      from ${profileRelation(sql)} profile
      left join ${identityRelation(sql)} owner on owner.id = profile.answers_for_id and owner.status <> 'deleted'
      where profile.id = any(${ids}::uuid[])`,
    sql<{ id: string; held: Buffer }[]>`
      select profile_id as id, string_agg(int4send(entitlement_key), ''::bytea) as held
      from ${profileEntitlementRelation(sql)} given where profile_id = any(${ids}::uuid[]) group by profile_id`,
  ])
  const keysOf = new Map(given.map(({ id, held }) => [id, new Set(keysIn(held))]))
  return new Map(rows.map((row) => [row.id, { ...row, entitlementKeys: keysOf.get(row.id) ?? new Set() }]))
}

/** Decodes 32-bit numbers, the highest byte first. This costs much less than SQL arrays. */
function keysIn(bytes: Buffer): Int32Array {
  const keys = new Int32Array(bytes.length / 4)
  for (let at = 0; at < keys.length; at++) keys[at] = bytes.readInt32BE(at * 4)
  return keys
}

function distinct(lists: readonly Int32Array[]): number[] {
  const found = new Set<number>()
  for (const list of lists) for (const key of list) found.add(key)
  return [...found]
}
