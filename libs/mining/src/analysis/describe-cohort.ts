import { eachValue } from '../attribute-lists.ts'
import { cohortMembers } from '../cohort-members.ts'
import type { CohortFilter } from '../cohort-result.ts'
import type { Snapshot } from '../snapshot.ts'
import { coverageOf } from './coverage.ts'
import { type NarrowingValue, narrowingValues } from './narrowing-values.ts'
import { nearestText } from './near-text.ts'
import { holdersOfRanks } from './ranks-held.ts'

/** The effect of a cut-off: it selects the first entitlements of the list. */
interface CohortStep {
  /** Holders, in the cohort, of the last selected entitlement. */
  readonly holders: number
  readonly entitlementCount: number
  readonly withAll: number
  readonly outsideWithAll: number
}

/** A condition without any person who also meets the other conditions. */
interface UnmetCondition {
  readonly attribute: string
  readonly people: number
  readonly peopleWithout: number
  readonly similar?: { readonly value: string; readonly people: number } | undefined
}

export interface CohortDescription {
  /** Enabled people of the organisation. */
  readonly people: number
  readonly members: number
  /** Ordinals with holders inside and outside the cohort, the most held first, then by ordinal. */
  readonly entitlements: readonly {
    readonly entitlement: number
    readonly holders: number
    readonly outsideHolders: number
  }[]
  readonly furtherCount: number
  /** One for each distinct number of holders of the listed entitlements, the highest first. */
  readonly steps: readonly CohortStep[]
  readonly narrowing: readonly NarrowingValue[]
  /** Filled only when no person matches. */
  readonly unmet: readonly UnmetCondition[]
}

const mostDescribed = 500

/** The exact entitlements of the enabled people who match all filters, in one pass over their grants and one over all other grants. */
export function describeCohort(snapshot: Snapshot, filters: readonly CohortFilter[]): CohortDescription {
  const everybody = cohortMembers(snapshot, [])
  const members = filters.length === 0 ? everybody : cohortMembers(snapshot, filters)
  const coverage = coverageOf(snapshot, members)
  const listed = coverage.entitlement.subarray(0, mostDescribed)
  const outside = withoutMembers(everybody, members)
  const within = holdersOfRanks(snapshot, members, listed)
  const beyond = holdersOfRanks(snapshot, outside, listed)
  const count = coverage.count.subarray(0, mostDescribed)
  const steps = Array.from(count, (holders, rank) => ({
    holders,
    entitlementCount: rank + 1,
    withAll: within.withFirst[rank]!,
    outsideWithAll: beyond.withFirst[rank]!,
  }))
  return {
    people: everybody.length,
    members: members.length,
    entitlements: Array.from(listed, (entitlement, rank) => ({
      entitlement,
      holders: count[rank]!,
      outsideHolders: beyond.holders[rank]!,
    })),
    furtherCount: coverage.entitlement.length - listed.length,
    steps: steps.filter(({ holders }, rank) => holders !== count[rank + 1]),
    narrowing: narrowingValues(snapshot, members, coverage, new Set(filters.map(({ attribute }) => attribute))),
    unmet: members.length > 0 ? [] : filters.map((filter) => unmetCondition(snapshot, filter, filters)),
  }
}

/** The effect of giving `selection` (ordinals, without duplicates) to every person who matches. */
export interface SelectionEffect {
  readonly members: number
  /** Parallel to the selection: holders in the cohort. */
  readonly holders: readonly number[]
  readonly withAll: number
  readonly outsideWithAll: number
}

export function selectionEffect(
  snapshot: Snapshot,
  filters: readonly CohortFilter[],
  selection: readonly number[],
): SelectionEffect {
  const everybody = cohortMembers(snapshot, [])
  const members = filters.length === 0 ? everybody : cohortMembers(snapshot, filters)
  const outside = withoutMembers(everybody, members)
  const listed = Uint32Array.from(selection)
  const within = holdersOfRanks(snapshot, members, listed)
  const beyond = holdersOfRanks(snapshot, outside, listed)
  const last = listed.length - 1
  return {
    members: members.length,
    holders: Array.from(within.holders),
    withAll: last < 0 ? members.length : within.withFirst[last]!,
    outsideWithAll: last < 0 ? outside.length : beyond.withFirst[last]!,
  }
}

/** Both arguments ascend. */
function withoutMembers(everybody: Uint32Array, members: Uint32Array): Uint32Array {
  let at = 0
  return everybody.filter((one) => {
    if (members[at] !== one) return true
    at++
    return false
  })
}

function unmetCondition(snapshot: Snapshot, filter: CohortFilter, filters: readonly CohortFilter[]): UnmetCondition {
  const { attribute, values } = filter
  const people = cohortMembers(snapshot, [filter]).length
  const peopleWithout = cohortMembers(
    snapshot,
    filters.filter((one) => one !== filter),
  ).length
  const known = snapshot.attributes.find(({ key }) => key === attribute)
  const similar =
    people > 0 || known === undefined ? undefined : nearestText(values[0] ?? '', valuesInUse(snapshot, attribute))
  return {
    attribute,
    people,
    peopleWithout,
    similar:
      similar === undefined
        ? undefined
        : { value: similar, people: cohortMembers(snapshot, [{ attribute, values: [similar] }]).length },
  }
}

/** Values that at least one enabled person has. */
function valuesInUse(snapshot: Snapshot, key: string): readonly string[] {
  const attribute = snapshot.attributes.find((one) => one.key === key)
  if (attribute === undefined) return []
  const used = new Set<number>()
  for (const person of cohortMembers(snapshot, [])) eachValue(attribute, person, (value) => used.add(value))
  return Array.from(used, (value) => attribute.values[value]!.trim())
}
