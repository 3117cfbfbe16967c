import { cleanValues, isPlaceholder } from '../attribute-values.ts'
import type { AttributeVerdict } from '../cohort-result.ts'
import type { CohortMiningSettings } from '../cohort-settings.ts'
import { splitGroups } from '../grouping.ts'
import type { PopulationGraph } from '../population.ts'
import type { Snapshot, SnapshotAttribute } from '../snapshot.ts'
import type { ReachCount } from './cohort-reach.ts'
import { type Found, FoundList } from './found.ts'

/** One attribute as a means to describe groups of people. */
export interface AttributeReadiness {
  readonly attribute: string
  /** Enabled people with a value; placeholders are none. */
  readonly people: number
  /** Values in use, those that differ by case or blanks alone counted once. */
  readonly values: number
  /** Enabled people whose value at least `minCohortSize` of them share. */
  readonly peopleInGroups: number
  /** What mining by cohorts makes of it. */
  readonly verdict: AttributeVerdict
  /** Grants that cohorts of this attribute alone would cover and no others do; 0 for one that is used. */
  readonly lostGrants: number
  /** Enabled people whose value only fills the cell, with the values. */
  readonly placeholders: Found<string>
  /** Values that are written as another is, but for case or blanks, with the other. */
  readonly variants: Found<readonly [string, string]>
}

/** The attributes of enabled people, in the snapshot's order. Call it when `reach` has counted everything. */
export function attributeReadiness(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  reach: ReachCount,
): AttributeReadiness[] {
  const verdicts = new Map(graph.attributeReports.map(({ attribute, verdict }) => [attribute, verdict]))
  return snapshot.attributes.map((attribute) => {
    const verdict = verdicts.get(attribute.key) ?? 'empty'
    const counted = countValues(attribute, graph.persons, settings.minCohortSize)
    const lostGrants = verdict === 'used' ? 0 : lostWith(attribute, graph, settings, reach)
    return { attribute: attribute.key, verdict, lostGrants, ...counted }
  })
}

function countValues(
  { values, column }: SnapshotAttribute,
  persons: Uint32Array,
  minCohortSize: number,
): Pick<AttributeReadiness, 'people' | 'values' | 'peopleInGroups' | 'placeholders' | 'variants'> {
  const uses = new Uint32Array(values.length)
  for (const person of persons) if (column[person] >= 0) uses[column[person]]++
  const placeholders = new FoundList<string>()
  const variants = new FoundList<readonly [string, string]>()
  const groups = new Map<string, { readonly spelling: string; people: number }>()
  let people = 0
  for (const [ordinal, value] of values.entries()) {
    if (uses[ordinal] === 0) continue
    if (isPlaceholder(value)) {
      placeholders.add(value, uses[ordinal])
      continue
    }
    people += uses[ordinal]
    const same = groups.get(loosely(value))
    if (same === undefined) groups.set(loosely(value), { spelling: value, people: uses[ordinal] })
    else {
      same.people += uses[ordinal]
      variants.add([same.spelling, value])
    }
  }
  let peopleInGroups = 0
  for (const group of groups.values()) if (group.people >= minCohortSize) peopleInGroups += group.people
  return {
    people,
    values: groups.size,
    peopleInGroups,
    placeholders: placeholders.found(),
    variants: variants.found(),
  }
}

/** Case, blanks and the form of accents say nothing. */
function loosely(value: string): string {
  return value.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase()
}

/** Counts on from what the used attributes cover, and so changes `reach`: two attributes never lose the same grant. */
function lostWith(
  attribute: SnapshotAttribute,
  { persons }: PopulationGraph,
  settings: CohortMiningSettings,
  reach: ReachCount,
): number {
  const { remap, spellingOffset } = cleanValues(attribute, persons)
  const column = Int32Array.from(persons, (person) =>
    attribute.column[person] < 0 ? -1 : remap[attribute.column[person]],
  )
  const before = reach.coveredGrants
  reach.cover(splitGroups(undefined, column, spellingOffset.length - 1, settings.minCohortSize))
  return reach.coveredGrants - before
}
