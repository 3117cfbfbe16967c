import type { Snapshot } from '@assay/mining'

/** A policy on unused access, by the ordinals of one snapshot. */
export interface UnusedRule {
  /** The index in the list of policies. */
  readonly policy: number
  readonly days: number
  /** For each application 1 when the policy applies to it. */
  readonly inScope: Uint8Array
  /** The day from which ages are counted, in days since 1970; 0 when no use is known. */
  readonly newestDay: number
  /** For each application with complete usage, the keys of the identities that used it. */
  readonly users: ReadonlyMap<number, ReadonlySet<number>>
}

/** The day from which ages are counted: the newest day in the data that is not in the future. 0 when no use is known. */
export function newestDayOf({ lastUsedDay }: Snapshot, reachDay: number, today: number): number {
  let newest = reachDay
  if (lastUsedDay === undefined) return newest
  for (let at = 0; at < lastUsedDay.length; at++) {
    // In time zones east of us it may be tomorrow already.
    if (lastUsedDay[at]! > newest && lastUsedDay[at]! <= today + 1) newest = lastUsedDay[at]!
  }
  return newest
}

/** Whether a grant, at an index of the rows, was not used for the days of a rule. A grant with unknown use counts as used. */
export function isUnusedGrant(
  snapshot: Snapshot,
  { days, inScope, users, newestDay }: UnusedRule,
  identity: number,
  at: number,
): boolean {
  const application = snapshot.entitlementApplication[snapshot.rowEntitlement[at]!]!
  if (inScope[application] === 0) return false
  const day = snapshot.lastUsedDay?.[at] ?? 0
  if (day > 0) return newestDay - day > days
  const used = users.get(application)
  return used !== undefined && !used.has(snapshot.identityKey[identity]!)
}

/** For each grant, 1 + the index of the first policy by which its use does not count, or 0. */
export function unusedGrants(snapshot: Snapshot, rules: readonly UnusedRule[]): Uint16Array {
  const unused = new Uint16Array(new SharedArrayBuffer(2 * snapshot.grantCount))
  for (let identity = 0; identity < snapshot.identityCount; identity++) {
    for (let at = snapshot.rowOffset[identity]!; at < snapshot.rowOffset[identity + 1]!; at++) {
      for (let r = 0; r < rules.length && unused[at] === 0; r++) {
        if (isUnusedGrant(snapshot, rules[r]!, identity, at)) unused[at] = rules[r]!.policy + 1
      }
    }
  }
  return unused
}

export function today(): number {
  return Math.floor(Date.now() / 86_400_000)
}
