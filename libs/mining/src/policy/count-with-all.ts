import type { SuggestedEntitlement } from '../cohort-result.ts'
import type { Population } from '../cohort-settings.ts'
import { isOfPopulation } from '../population.ts'
import { identityStatuses, type Snapshot } from '../snapshot.ts'

interface Counted {
  readonly population: Population
  readonly members: Uint32Array
  readonly entitlements: readonly SuggestedEntitlement[]
}

interface WithAll {
  readonly usersWithAll: number
  readonly outsideWithAll: number
}

/**
 * The members, and the rest of the population, who hold all entitlements of each suggestion; undefined where no count is requested. It
 * makes one pass over the rows: a suggestion is tested only at its rarest entitlement.
 */
export function countWithAll(
  snapshot: Snapshot,
  suggestions: readonly (Counted | undefined)[],
): (WithAll | undefined)[] {
  const { identityCount, identityStatus, identityType, rowOffset, rowEntitlement } = snapshot
  const awaiting = new Map<number, number[]>()
  const isAwaited = new Uint8Array(snapshot.entitlementCount)
  const wanted = suggestions.map((one, at) => {
    if (one === undefined) return new Uint32Array(0)
    const rarest = one.entitlements.reduce((a, b) => (holders(b) < holders(a) ? b : a)).entitlement
    isAwaited[rarest] = 1
    const others = awaiting.get(rarest)
    if (others === undefined) awaiting.set(rarest, [at])
    else others.push(at)
    return Uint32Array.from(one.entitlements, ({ entitlement }) => entitlement).sort()
  })
  if (awaiting.size === 0) return suggestions.map(() => undefined)
  const holding = suggestions.map(() => new Set<number>())
  for (let i = 0; i < identityCount; i++) {
    if (identityStatus[i] !== identityStatuses.enabled) continue
    const end = rowOffset[i + 1]!
    for (let at = nextAwaited(rowEntitlement, rowOffset[i]!, end, isAwaited); at < end; ) {
      for (const s of awaiting.get(rowEntitlement[at]!) ?? []) {
        if (!isOfPopulation(identityType[i]!, (suggestions[s] as Counted).population)) continue
        if (holdsAll(rowEntitlement, rowOffset[i]!, end, wanted[s]!)) holding[s]!.add(i)
      }
      at = nextAwaited(rowEntitlement, at + 1, end, isAwaited)
    }
  }
  return suggestions.map((one, s) => {
    if (one === undefined) return undefined
    const usersWithAll = one.members.reduce((sum, member) => sum + (holding[s]!.has(member) ? 1 : 0), 0)
    return { usersWithAll, outsideWithAll: holding[s]!.size - usersWithAll }
  })
}

function holders({ grantedCount, outsideCount }: SuggestedEntitlement): number {
  return grantedCount + outsideCount
}

// The row loops are separate functions: see `countRow` of count-cohorts.ts.

/** The first position from `start` on with an awaited entitlement; `end` if there is none. */
function nextAwaited(row: Uint32Array, start: number, end: number, isAwaited: Uint8Array): number {
  for (let at = start; at < end; at++) if (isAwaited[row[at]!] === 1) return at
  return end
}

/** Whether the ascending row `start .. end` contains all of the ascending `wanted`. */
function holdsAll(row: Uint32Array, start: number, end: number, wanted: Uint32Array): boolean {
  let at = start
  for (let i = 0; i < wanted.length; i++) {
    while (at < end && row[at]! < wanted[i]!) at++
    if (at === end || row[at] !== wanted[i]) return false
  }
  return true
}
