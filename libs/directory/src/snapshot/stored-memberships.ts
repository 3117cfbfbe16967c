import type { Memberships } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { copiedRows } from '../copy/copy-out.ts'
import { MembershipList } from '../import/membership-list.ts'

/** The stored memberships of groups, by the ordinals of their entitlements among the keys of the entitlements in force. */
export async function storedMemberships(sql: TenantSql, entitlementKey: Int32Array): Promise<Memberships> {
  const entitlements = ordinals(entitlementKey)
  const list = new MembershipList()
  const stream = await sql
    .unsafe('copy (select holder_key, entitlement_key from entitlement_memberships) to stdout (format binary)')
    .readable()
  for await (const [holder = null, entitlement = null] of copiedRows(stream)) {
    if (holder === null || entitlement === null) throw new Error('a membership has no holder or no entitlement')
    list.add(entitlements[holder.readInt32BE()] ?? -1, entitlements[entitlement.readInt32BE()] ?? -1)
  }
  return { holder: list.holder.subarray(0, list.length), entitlement: list.entitlement.subarray(0, list.length) }
}

/** The ordinal of each key, by key; -1 for other numbers. Keys ascend and are dense enough for an array. */
export function ordinals(keys: Int32Array): Int32Array {
  const places = new Int32Array((keys.at(-1) ?? 0) + 1).fill(-1)
  keys.forEach((key, place) => {
    places[key] = place
  })
  return places
}
