import type { TenantSql } from '@assay/store'

/** An access profile that gives some of the wanted entitlements. Keys of the directory, ascending. */
export interface GivingProfile {
  readonly profileId: string
  /** Of the wanted ones alone. */
  readonly entitlementKeys: readonly number[]
  readonly memberKeys: Int32Array
  /** Of people whom a pending task would make members. */
  readonly askedKeys: Int32Array
}

/**
 * The access profiles that give any of the wanted entitlements, by id, with everybody who has them or is about to. For bounded readers
 * too these are all profiles: for checks, and not to be shown.
 */
export async function profilesGiving(sql: TenantSql, wantedKeys: readonly number[]): Promise<GivingProfile[]> {
  if (wantedKeys.length === 0) return []
  const rows = await sql<{ profileId: string; entitlementKeys: number[]; memberKeys: string; askedKeys: string }[]>`
    select profile_id as "profileId", entitlement_keys as "entitlementKeys", member_keys as "memberKeys",
      asked_keys as "askedKeys" from profiles_giving(${[...wantedKeys]}::integer[])`
  return rows.map(({ memberKeys, askedKeys, ...row }) => ({
    ...row,
    memberKeys: keysIn(memberKeys),
    askedKeys: keysIn(askedKeys),
  }))
}

/** Texts: the driver would go through millions of numbers one by one. */
function keysIn(text: string): Int32Array {
  return text === '' ? new Int32Array(0) : Int32Array.from(text.split(','), Number)
}
