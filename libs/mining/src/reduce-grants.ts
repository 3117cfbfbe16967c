import type { CommonAccess } from './cohort-result.ts'
import type { CohortMiningSettings } from './cohort-settings.ts'
import { type Ordinals, sharedOrdinals, sharedUint32 } from './shared-arrays.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The grants of one population that can matter. Common access and entitlements with too few holders are removed. This also keeps the
 * arrays short, which 25 passes read. Up to 65,536 remaining entitlements fit in two bytes each.
 *
 * Entitlements are renumbered by tiers: the tier with the most holders comes first, the tier with one holder last. A tier covers the
 * range from one power of two of holders to the next; within a tier the snapshot's order stays. Rows ascend, so the entitlements with at
 * least n holders come first in each row, and a reader that needs no rarer ones stops early. The counters that are used most are also
 * close together.
 */
export interface ReducedGrants {
  readonly rowOffset: Uint32Array
  readonly rowEntitlement: Ordinals
  /** For each kept entitlement, its ordinal in the snapshot and the number of persons who hold it. */
  readonly kept: Uint32Array
  readonly holders: Uint32Array
  /** `tierEnd[t]`: the number of kept entitlements with at least 2 ** t holders. */
  readonly tierEnd: Uint32Array
  readonly commonAccess: readonly CommonAccess[]
  /** All grants of the population, including the removed ones. */
  readonly grantCount: number
}

const tierCount = 32

export function reduceGrants(snapshot: Snapshot, settings: CohortMiningSettings, persons: Uint32Array): ReducedGrants {
  const { rowOffset: fullOffset, rowEntitlement: full, entitlementCount } = snapshot
  const allHolders = new Uint32Array(entitlementCount)
  let grantCount = 0
  for (let p = 0; p < persons.length; p++) {
    const start = fullOffset[persons[p]!]!
    const end = fullOffset[persons[p]! + 1]!
    grantCount += end - start
    countRow(full, start, end, allHolders)
  }
  const commonAccess: CommonAccess[] = []
  const tierOf = chooseTiers(settings, persons.length, allHolders, commonAccess)
  const tierEnd = sharedUint32(tierCount + 1)
  let keptGrants = 0
  for (let e = 0; e < entitlementCount; e++) {
    if (tierOf[e]! < 0) continue
    keptGrants += allHolders[e]!
    tierEnd[tierOf[e]!]!++
  }
  for (let tier = tierCount - 1; tier >= 0; tier--) tierEnd[tier]! += tierEnd[tier + 1]!
  const keptCount = tierEnd[0]!
  const kept = sharedUint32(keptCount)
  const holders = sharedUint32(keptCount)
  const newOrdinal = new Int32Array(entitlementCount).fill(-1)
  const next = tierEnd.slice(1)
  for (let e = 0; e < entitlementCount; e++) {
    if (tierOf[e]! < 0) continue
    const ordinal = next[tierOf[e]!]!++
    newOrdinal[e] = ordinal
    kept[ordinal] = e
    holders[ordinal] = allHolders[e]!
  }
  const rowOffset = sharedUint32(persons.length + 1)
  const rowEntitlement = sharedOrdinals(keptGrants, keptCount)
  const copy = new RowCopy(newOrdinal, tierOf, rowEntitlement)
  for (let p = 0; p < persons.length; p++) {
    rowOffset[p + 1] = copy.row(full, fullOffset[persons[p]!]!, fullOffset[persons[p]! + 1]!, rowOffset[p]!)
  }
  commonAccess.sort((a, b) => b.grantedCount - a.grantedCount || a.entitlement - b.entitlement)
  return { rowOffset, rowEntitlement, kept, holders, tierEnd, commonAccess, grantCount }
}

/** The end of a range: each kept entitlement at or after it has fewer than `least` holders. */
export function endOfHeldBy({ tierEnd }: ReducedGrants, least: number): number {
  return tierEnd[tierOfHolders(least)]!
}

function tierOfHolders(holders: number): number {
  return 31 - Math.clz32(holders)
}

/** The tier of each entitlement, -1 for removed ones. */
function chooseTiers(
  settings: CohortMiningSettings,
  personCount: number,
  allHolders: Uint32Array,
  commonAccess: CommonAccess[],
): Int8Array {
  const isCommon = new Uint8Array(allHolders.length)
  for (const entitlement of settings.commonEntitlements) if (entitlement < isCommon.length) isCommon[entitlement] = 1
  const fewestHolders = Math.ceil(settings.minCoverage * settings.minCohortSize - 1e-9)
  const tierOf = new Int8Array(allHolders.length).fill(-1)
  for (let e = 0; e < allHolders.length; e++) {
    const coverage = personCount === 0 ? 0 : allHolders[e]! / personCount
    if (isCommon[e] === 1 || (allHolders[e]! > 0 && coverage >= settings.commonAccessShare)) {
      commonAccess.push({ entitlement: e, grantedCount: allHolders[e]!, coverage })
    } else if (allHolders[e]! >= fewestHolders) {
      tierOf[e] = tierOfHolders(allHolders[e]!)
    }
  }
  return tierOf
}

// The row loops are separate functions: see `countRow` of count-cohorts.ts.

function countRow(row: Uint32Array, start: number, end: number, count: Uint32Array): void {
  for (let at = start; at < end; at++) count[row[at]!]!++
}

/** Copies rows with new ordinals, tier by tier. This is a counting sort, since a tier keeps its order. */
class RowCopy {
  private readonly newOrdinal: Int32Array
  private readonly tierOf: Int8Array
  private readonly target: Ordinals
  private readonly next = new Uint32Array(tierCount + 1)

  constructor(newOrdinal: Int32Array, tierOf: Int8Array, target: Ordinals) {
    this.newOrdinal = newOrdinal
    this.tierOf = tierOf
    this.target = target
  }

  /** Writes to `target` from `write` on. Returns the end of the written part. */
  row(from: Uint32Array, start: number, end: number, write: number): number {
    const { newOrdinal, tierOf, target, next } = this
    next.fill(0)
    // Place 0 counts the removed entitlements. The tiers follow in their order, most holders first.
    for (let at = start; at < end; at++) next[placeOf(tierOf[from[at]!]!)]!++
    let first = write
    for (let place = 1; place <= tierCount; place++) {
      const size = next[place]!
      next[place] = first
      first += size
    }
    for (let at = start; at < end; at++) {
      const e = from[at]!
      if (tierOf[e]! >= 0) target[next[placeOf(tierOf[e]!)]!++] = newOrdinal[e]!
    }
    return first
  }
}

function placeOf(tier: number): number {
  return (tierCount - tier) % (tierCount + 1)
}
