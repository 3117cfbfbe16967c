import { entitlementRelation } from '@assay/directory'
import { itemAt } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { riskRank } from './risk-levels.ts'

/** Traits of a snapshot's entitlements from the directory, by ordinal. */
export interface EntitlementTraits {
  readonly isPrivileged: Uint8Array
  /** Ranks of `riskRank`. */
  readonly riskRank: Uint8Array
}

// These values change only with an import (traits also with the order of risk levels), and are garbage collected with the snapshot.
const traits = new WeakMap<Snapshot, { readonly order: string; readonly read: EntitlementTraits }>()
const newestDays = new WeakMap<Snapshot, number>()

/** @param riskOrder the words for risk, lowest first */
export async function entitlementTraits(
  sql: TenantSql,
  snapshot: Snapshot,
  riskOrder: readonly string[],
): Promise<EntitlementTraits> {
  const order = riskOrder.join('\n')
  const known = traits.get(snapshot)
  if (known?.order === order) return known.read
  // Cached when it is complete: a transaction that ends meanwhile must not leave an error for other callers.
  const read = await readTraits(sql, snapshot, riskOrder)
  traits.set(snapshot, { order, read })
  return read
}

async function readTraits(
  sql: TenantSql,
  { entitlementKey, entitlementCount }: Snapshot,
  riskOrder: readonly string[],
): Promise<EntitlementTraits> {
  const rows = await sql<{ key: number; privileged: boolean; level: string }[]>`
    select key, privileged, risk_level as level from ${entitlementRelation(sql)} entitlement
    where not deleted and (privileged or risk_level <> '') order by key`
  const read = { isPrivileged: new Uint8Array(entitlementCount), riskRank: new Uint8Array(entitlementCount) }
  let at = 0
  for (const { key, privileged, level } of rows) {
    while (at < entitlementCount && itemAt(entitlementKey, at) < key) at++
    if (entitlementKey[at] !== key) continue
    read.isPrivileged[at] = privileged ? 1 : 0
    read.riskRank[at] = riskRank(level, riskOrder)
  }
  return read
}

const msOfDay = 86_400_000

/** The newest day of a last use that is not in the future, in days since 1970-01-01; 0 without any. */
export function newestDayOfUse(snapshot: Snapshot): number {
  const known = newestDays.get(snapshot)
  if (known !== undefined) return known
  // In time zones east of us it may be tomorrow already.
  const newest = newestUpTo(snapshot.lastUsedDay ?? new Uint16Array(0), Math.floor(Date.now() / msOfDay) + 1)
  newestDays.set(snapshot, newest)
  return newest
}

function newestUpTo(days: Uint16Array, limit: number): number {
  let newest = 0
  for (const day of days) if (day > newest && day <= limit) newest = day
  return newest
}

/** A text such as `2026-08-31`; empty for 0. */
export function dayText(day: number): string {
  return day <= 0 ? '' : new Date(day * msOfDay).toISOString().slice(0, 10)
}
