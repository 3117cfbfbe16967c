import { cohortMembers } from './cohort-members.ts'
import type { CohortFilter } from './cohort-result.ts'
import type { Snapshot } from './snapshot.ts'
import { entitlementFigures, meanFigures } from './suggestion-figures.ts'

/** Counted once a snapshot, gone with it. */
const holders = new WeakMap<Snapshot, { readonly people: number; readonly counts: Uint32Array }>()

/**
 * The confidence of a suggestion (docs/mining.md) against the people of this snapshot alone. For a reader who sees some people only it
 * is taken of the snapshot that holds these.
 * @param entitlements ordinals; those that nobody of the cohort holds count as 0
 * @returns 0 to 1; 0 for a cohort of nobody, and of attributes that the snapshot does not have
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

/** By entitlement how many of the people hold it. */
function heldBy({ rowOffset, rowEntitlement, entitlementCount }: Snapshot, people: Uint32Array): Uint32Array {
  const counts = new Uint32Array(entitlementCount)
  for (const person of people)
    for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) counts[rowEntitlement[at]!]!++
  return counts
}
