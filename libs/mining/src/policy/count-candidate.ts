import type { Snapshot } from '../snapshot.ts'
import type { CandidateCounts } from './cut-candidate.ts'
import type { PoliciesInForce } from './policies-in-force.ts'

/** Counts candidates of one snapshot for `cutCandidate`. It reads the rows of the members once for each candidate. */
export class CandidateCounter {
  readonly #snapshot: Snapshot
  readonly #policies: PoliciesInForce
  /** 1 + the position of an entitlement in the current candidate. */
  readonly #place: Int32Array

  constructor(snapshot: Snapshot, policies: PoliciesInForce) {
    this.#snapshot = snapshot
    this.#policies = policies
    this.#place = new Int32Array(snapshot.entitlementCount)
  }

  /**
   * @param members ordinals of identities, without duplicates
   * @param entitlements ordinals, without duplicates
   */
  count(members: Uint32Array, entitlements: Uint32Array, leastCoverage: number): CandidateCounts {
    const { rowOffset, rowEntitlement } = this.#snapshot
    const { unused } = this.#policies
    const place = this.#place
    for (let i = 0; i < entitlements.length; i++) place[entitlements[i]!] = i + 1
    const held = new Uint32Array(entitlements.length)
    for (let m = 0; m < members.length; m++) {
      countRow(rowEntitlement, rowOffset[members[m]!]!, rowOffset[members[m]! + 1]!, place, held)
    }
    const counts = { memberCount: members.length, entitlements, held, leastCoverage }
    const all =
      unused === undefined ? { ...counts, counted: held } : { ...counts, ...this.#used(members, held, unused) }
    for (let i = 0; i < entitlements.length; i++) place[entitlements[i]!] = 0
    return all
  }

  #used(members: Uint32Array, held: Uint32Array, unused: Uint16Array) {
    const { rowOffset, rowEntitlement } = this.#snapshot
    const counted = held.slice()
    /** Per position and policy the number of grants that do not count. */
    const by = Array.from(held, () => new Map<number, number>())
    for (let m = 0; m < members.length; m++) {
      for (let at = rowOffset[members[m]!]!; at < rowOffset[members[m]! + 1]!; at++) {
        if (unused[at] === 0) continue
        const i = this.#place[rowEntitlement[at]!]! - 1
        if (i < 0) continue
        counted[i]!--
        by[i]!.set(unused[at]!, (by[i]!.get(unused[at]!) ?? 0) + 1)
      }
    }
    const unusedBy = Uint16Array.from(by, (policies) => mostFrequent(policies))
    return { counted, unusedBy }
  }
}

/** The most frequent number, of equal ones the smallest; 0 without any. */
function mostFrequent(counts: ReadonlyMap<number, number>): number {
  let found = 0
  let most = 0
  for (const [policy, count] of counts) {
    if (count < most || (count === most && policy > found)) continue
    found = policy
    most = count
  }
  return found
}

/** A row loop as a separate function: see `countRow` of count-cohorts.ts. */
function countRow(row: Uint32Array, start: number, end: number, place: Int32Array, held: Uint32Array): void {
  for (let at = start; at < end; at++) {
    const i = place[row[at]!]!
    if (i > 0) held[i - 1]!++
  }
}
