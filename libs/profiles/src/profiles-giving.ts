import type { TenantSql } from '@assay/store'

/** An access profile that gives at least one of the requested entitlements. Keys of the directory, ascending. */
export interface GivingProfile {
  readonly profileId: string
  /** Only those of the requested entitlements. */
  readonly entitlementKeys: readonly number[]
  readonly memberKeys: Int32Array
  /** Keys of people whom a pending task would make members. */
  readonly askedKeys: Int32Array
}

/**
 * The access profiles that give any of the requested entitlements, by id, with all people who are members or have a pending task. For
 * bounded readers too these are all profiles: use them for checks and never show them.
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

/** As texts: the driver would convert millions of numbers one by one. */
function keysIn(text: string): Int32Array {
  return text === '' ? new Int32Array(0) : Int32Array.from(text.split(','), Number)
}
