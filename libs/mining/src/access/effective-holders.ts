import { lowerBound } from '../ascending.ts'
import type { EntitlementHolders } from '../impact/entitlement-holders.ts'
import type { Snapshot } from '../snapshot.ts'
import { type GivingGroups, givingGroups } from './giving-groups.ts'

/**
 * The holders of an entitlement and the entitlements of an identity, by effective access. It does not build all rows of effective access,
 * which may be a hundred times the assigned grants.
 */
export class EffectiveHolders {
  readonly #snapshot: Snapshot
  readonly #holders: EntitlementHolders
  readonly #groups: GivingGroups | undefined
  /** The number of holders of each entitlement, -1 until it is counted. */
  readonly #counts: Int32Array
  /** Per identity the last count that reached it; allocated when an entitlement is held in several ways. */
  #metBy: Uint32Array | undefined
  #round = 0

  constructor(snapshot: Snapshot, holders: EntitlementHolders) {
    const { closure, entitlementCount } = snapshot
    this.#snapshot = snapshot
    this.#holders = holders
    this.#groups = closure && givingGroups(closure, entitlementCount)
    this.#counts = new Int32Array(entitlementCount).fill(-1)
  }

  /** The number of identities that have an entitlement, cached. The first call takes time in proportion to the lists of holders. */
  count(entitlement: number): number {
    const known = this.#counts[entitlement]!
    if (known !== -1) return known
    const count = this.#countAmong(this.#ways(entitlement))
    this.#counts[entitlement] = count
    return count
  }

  /**
   * The next holders of an entitlement, ascending, at most `most` of them. For each way to the entitlement, the time is in proportion to
   * the result, not to the number of all holders.
   * @param from the first ordinal that the result may contain
   */
  from(entitlement: number, from: number, most: number): number[] {
    const { identity } = this.#holders
    const ways = this.#ways(entitlement).map(({ start, end }) => ({ at: lowerBound(identity, from, start, end), end }))
    const found: number[] = []
    while (found.length < most) {
      let next = -1
      for (const { at, end } of ways) if (at < end && (next === -1 || identity[at]! < next)) next = identity[at]!
      if (next === -1) break
      found.push(next)
      for (const way of ways) if (way.at < way.end && identity[way.at] === next) way.at++
    }
    return found
  }

  /** The entitlements of an identity, ascending. */
  heldBy(identity: number): Uint32Array {
    const { rowOffset, rowEntitlement, closure } = this.#snapshot
    const assigned = rowEntitlement.subarray(rowOffset[identity], rowOffset[identity + 1])
    if (closure === undefined) return assigned
    const { group, groupRow, givenOffset, givenEntitlement } = closure
    const rows = new Set<number>()
    for (const entitlement of assigned) {
      const place = lowerBound(group, entitlement)
      if (group[place] === entitlement) rows.add(groupRow[place]!)
    }
    if (rows.size === 0) return assigned
    const held = new Set(assigned)
    for (const row of rows) {
      for (let at = givenOffset[row]!; at < givenOffset[row + 1]!; at++) held.add(givenEntitlement[at]!)
    }
    return Uint32Array.from(held).sort()
  }

  /** The lists of holders: those to whom the entitlement is assigned, and the holders of each group that gives it. */
  #ways(entitlement: number): { readonly start: number; readonly end: number }[] {
    const { offset } = this.#holders
    const ways = [{ start: offset[entitlement]!, end: offset[entitlement + 1]! }]
    if (this.#groups === undefined) return ways
    const { rowOffset, row, groupOffset, group } = this.#groups
    for (let at = rowOffset[entitlement]!; at < rowOffset[entitlement + 1]!; at++) {
      for (let place = groupOffset[row[at]!]!; place < groupOffset[row[at]! + 1]!; place++) {
        const giving = group[place]!
        // In a cycle a group also gives itself.
        if (giving !== entitlement) ways.push({ start: offset[giving]!, end: offset[giving + 1]! })
      }
    }
    return ways.filter(({ start, end }) => start < end)
  }

  #countAmong(ways: readonly { readonly start: number; readonly end: number }[]): number {
    if (ways.length === 0) return 0
    if (ways.length === 1) return ways[0]!.end - ways[0]!.start
    const { identity } = this.#holders
    this.#metBy ??= new Uint32Array(this.#snapshot.identityCount)
    const met = this.#metBy
    const round = ++this.#round
    let count = 0
    for (const { start, end } of ways) {
      for (let at = start; at < end; at++) {
        if (met[identity[at]!] === round) continue
        met[identity[at]!] = round
        count++
      }
    }
    return count
  }
}
