import { cohortMembers } from './cohort-members.ts'
import type { CohortFilter } from './cohort-result.ts'
import type { Snapshot } from './snapshot.ts'
import { entitlementFigures, meanFigures } from './suggestion-figures.ts'

/** The counts of each snapshot, cached as long as the snapshot is in memory. */
const holders = new WeakMap<Snapshot, { readonly people: number; readonly counts: Uint32Array }>()

/**
 * The confidence of a suggestion (docs/mining.md), computed from the people of this snapshot only. For a reader who may see only some
 * people, pass the snapshot that is restricted to them.
 * @param entitlements ordinals; entitlements that no member of the cohort holds count as 0
 * @returns 0 to 1; 0 for a cohort without members, and for attributes that the snapshot does not have
 */
export function cohortConfidence(
  snapshot: Snapshot,
  filters: readonly CohortFilter[],
  entitlements: readonly number[],
): number {
  if (filters.some(({ attribute }) => snapshot.attributes.every(({ key }) => key !== attribute))) return 0
  const members = cohortMembers(snapshot, filters)
  if (members.length === 0 || entitlements.length === 0) return 0
  const { people, counts } = allHolders(snapshot)
  const granted = heldBy(snapshot, members)
  const figures = entitlements
    .filter((entitlement) => granted[entitlement]! > 0)
    .map((entitlement) => {
      const grantedCount = granted[entitlement]!
      const outsideCount = counts[entitlement]! - grantedCount
      const facts = { entitlement, grantedCount, outsideCount, explainedCount: 0 }
      return entitlementFigures(facts, members.length, people - members.length)
    })
  return figures.length === 0 ? 0 : (meanFigures(figures).confidence * figures.length) / entitlements.length
}

function allHolders(snapshot: Snapshot) {
  const known = holders.get(snapshot)
  if (known !== undefined) return known
  const people = cohortMembers(snapshot, [])
  const counted = { people: people.length, counts: heldBy(snapshot, people) }
  holders.set(snapshot, counted)
  return counted
}

/** The number of these people who hold each entitlement. */
function heldBy({ rowOffset, rowEntitlement, entitlementCount }: Snapshot, people: Uint32Array): Uint32Array {
  const counts = new Uint32Array(entitlementCount)
  for (const person of people)
    for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) counts[rowEntitlement[at]!]!++
  return counts
}
