import { eachValue } from '../attribute-lists.ts'
import { cleanValues, isPlaceholder } from '../attribute-values.ts'
import type { AttributeVerdict } from '../cohort-result.ts'
import type { CohortMiningSettings } from '../cohort-settings.ts'
import { splitGroups } from '../grouping.ts'
import { cleanLists, columnsOf, placeValues, sizesOf } from '../list-columns.ts'
import type { PopulationGraph } from '../population.ts'
import type { Snapshot, SnapshotAttribute } from '../snapshot.ts'
import type { ReachCount } from './cohort-reach.ts'
import { type Found, FoundList } from './found.ts'

/** How well one attribute can describe groups of people. */
export interface AttributeReadiness {
  readonly attribute: string
  /** Enabled people with a value. Placeholders do not count. */
  readonly people: number
  /** The number of values in use. Values that differ only by case or white space count once. */
  readonly values: number
  /** Enabled people with a value that at least `minCohortSize` people share. */
  readonly peopleInGroups: number
  /** How cohort mining uses the attribute. */
  readonly verdict: AttributeVerdict
  /** Grants that only cohorts of this attribute would cover; 0 for an attribute that is used. */
  readonly lostGrants: number
  /** Enabled people with a placeholder as value, with examples of the values. */
  readonly placeholders: Found<string>
  /** Values that differ from another value only by case or white space, with that value. */
  readonly variants: Found<readonly [string, string]>
}

/** Measures the attributes of enabled people, in the snapshot's order. Call it after `reach` has counted everything. */
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
  attribute: SnapshotAttribute,
  persons: Uint32Array,
  minCohortSize: number,
): Pick<AttributeReadiness, 'people' | 'values' | 'peopleInGroups' | 'placeholders' | 'variants'> {
  const { values } = attribute
  const uses = new Uint32Array(values.length)
  for (const person of persons) eachValue(attribute, person, (value) => uses[value]!++)
  const placeholders = new FoundList<string>()
  const variants = new FoundList<readonly [string, string]>()
  const groups = new Map<string, { readonly ordinal: number; readonly spelling: string }>()
  const groupOf = new Int32Array(values.length).fill(-1)
  for (const [ordinal, value] of values.entries()) {
    if (uses[ordinal] === 0) continue
    if (isPlaceholder(value)) {
      placeholders.add(value, uses[ordinal])
      continue
    }
    const same = groups.get(loosely(value))
    if (same === undefined) groups.set(loosely(value), { ordinal: groups.size, spelling: value })
    else variants.add([same.spelling, value])
    groupOf[ordinal] = same?.ordinal ?? groups.size - 1
  }
  return {
    ...countPeople(attribute, persons, minCohortSize, groupOf, groups.size),
    values: groups.size,
    placeholders: placeholders.found(),
    variants: variants.found(),
  }
}

function countPeople(
  attribute: SnapshotAttribute,
  persons: Uint32Array,
  minCohortSize: number,
  groupOf: Int32Array,
  groupCount: number,
): Pick<AttributeReadiness, 'people' | 'peopleInGroups'> {
  const sizes = new Uint32Array(groupCount)
  // Two spellings of one value in the same list count once.
  const lastPerson = new Int32Array(groupCount).fill(-1)
  let people = 0
  for (const person of persons) {
    let hasValue = false
    eachValue(attribute, person, (value) => {
      const group = groupOf[value]!
      if (group < 0) return
      hasValue = true
      if (lastPerson[group] !== person) sizes[group]!++
      lastPerson[group] = person
    })
    if (hasValue) people++
  }
  let peopleInGroups = 0
  for (const person of persons) {
    let isInGroup = false
    eachValue(attribute, person, (value) => {
      if (groupOf[value]! >= 0 && sizes[groupOf[value]!]! >= minCohortSize) isInGroup = true
    })
    if (isInGroup) peopleInGroups++
  }
  return { people, peopleInGroups }
}

/** The value without differences in case, white space and the form of accents. */
function loosely(value: string): string {
  return value.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase()
}

/** Continues the count after the used attributes, and so changes `reach`: no grant is counted as lost for two attributes. */
function lostWith(
  attribute: SnapshotAttribute,
  { persons }: PopulationGraph,
  settings: CohortMiningSettings,
  reach: ReachCount,
): number {
  const clean = cleanValues(attribute, persons)
  const { minCohortSize } = settings
  const before = reach.coveredGrants
  if (attribute.lists === undefined) {
    const { column: raw } = attribute
    const column = Int32Array.from(persons, (person) => (raw[person]! < 0 ? -1 : clean.remap[raw[person]!]!))
    reach.cover(splitGroups(undefined, column, clean.spellingOffset.length - 1, minCohortSize))
    return reach.coveredGrants - before
  }
  const lists = cleanLists(attribute.lists, clean, persons)
  const sizes = sizesOf(lists, clean.spellingOffset.length - 1)
  for (const { column, values } of columnsOf(
    lists,
    placeValues(lists, sizes, (size) => size >= minCohortSize),
  )) {
    reach.cover(splitGroups(undefined, column, values.length, minCohortSize))
  }
  return reach.coveredGrants - before
}
