import { cleanValues } from './attribute-values.ts'
import type { AttributeReport, AttributeVerdict } from './cohort-result.ts'
import type { CohortMiningSettings, Population } from './cohort-settings.ts'
import { inReadingOrder } from './reading-order.ts'
import { type ReducedGrants, reduceGrants } from './reduce-grants.ts'
import { sharedInt32 } from './shared-arrays.ts'
import { identityStatuses, identityTypes, type Snapshot } from './snapshot.ts'

/** One attribute of a population: clean value ordinals by person. */
interface PopulationAttribute {
  /** Position in the snapshot's attributes. */
  readonly index: number
  readonly key: string
  readonly column: Int32Array
  readonly valueCount: number
  /** For each clean value the snapshot's ordinal of it. */
  readonly representative: Int32Array
}

/**
 * What the counting reads: the enabled identities of one population ("persons", renumbered from 0) and those grants that
 * can matter.
 */
export interface PopulationGraph extends ReducedGrants {
  readonly population: Population
  /** Identity ordinal of each person. */
  readonly persons: Uint32Array
  readonly attributes: readonly PopulationAttribute[]
  readonly attributeReports: readonly AttributeReport[]
}

/** The order in which attributes stand in filters and names; all others follow in the snapshot's order. */
const attributeOrder = [
  'department',
  'job_title',
  'manager',
  'employment_type',
  'employment_status',
  'directory_status',
]

/** An attribute of which one value covers this share of everyone says nothing. */
const nearlyConstantShare = 0.98

/** An attribute with more than one distinct value for every two identities names people, it does not group them. */
const nearlyUniqueShare = 0.5

/** Whether an identity type belongs to a population. System identities belong to none. */
export function isOfPopulation(type: number, population: Population): boolean {
  if (population === 'people') return type === identityTypes.human
  return type === identityTypes.service || type === identityTypes.agent
}

export function preparePopulation(
  snapshot: Snapshot,
  settings: CohortMiningSettings,
  population: Population,
): PopulationGraph {
  const unordered = enabledIdentities(snapshot, population)
  const attributeReports: AttributeReport[] = []
  const usable: {
    readonly index: number
    readonly key: string
    readonly remap: Int32Array
    readonly representative: Int32Array
  }[] = []
  for (const index of inAttributeOrder(snapshot)) {
    const attribute = snapshot.attributes[index]
    const clean = cleanValues(attribute)
    const report = reportAttribute(
      attribute.key,
      attribute.column,
      clean.remap,
      clean.representative.length,
      unordered,
      settings,
    )
    attributeReports.push(report)
    if (report.verdict === 'used') usable.push({ index, key: attribute.key, ...clean })
  }
  const persons = inReadingOrder(
    unordered,
    usable.map(({ index, remap, representative }) => ({
      column: snapshot.attributes[index].column,
      remap,
      valueCount: representative.length,
    })),
  )
  const attributes = usable.map(({ index, key, remap, representative }) => {
    const raw = snapshot.attributes[index].column
    const column = sharedInt32(persons.length)
    for (let p = 0; p < persons.length; p++) column[p] = raw[persons[p]] < 0 ? -1 : remap[raw[persons[p]]]
    return { index, key, column, valueCount: representative.length, representative }
  })
  return { population, persons, attributes, attributeReports, ...reduceGrants(snapshot, settings, persons) }
}

function enabledIdentities(snapshot: Snapshot, population: Population): Uint32Array {
  const found = new Uint32Array(snapshot.identityCount)
  let count = 0
  for (let i = 0; i < snapshot.identityCount; i++) {
    if (
      snapshot.identityStatus[i] === identityStatuses.enabled &&
      isOfPopulation(snapshot.identityType[i], population)
    ) {
      found[count++] = i
    }
  }
  return found.subarray(0, count)
}

function inAttributeOrder(snapshot: Snapshot): number[] {
  const rank = (index: number) => {
    const known = attributeOrder.indexOf(snapshot.attributes[index].key)
    return known < 0 ? attributeOrder.length + index : known
  }
  return snapshot.attributes.map((_, index) => index).sort((a, b) => rank(a) - rank(b))
}

function reportAttribute(
  attribute: string,
  raw: Int32Array,
  remap: Int32Array,
  valueCount: number,
  identities: Uint32Array,
  settings: CohortMiningSettings,
): AttributeReport {
  const sizes = new Uint32Array(valueCount)
  let identitiesWithValue = 0
  let distinctValues = 0
  let largest = 0
  for (const identity of identities) {
    const value = raw[identity] < 0 ? -1 : remap[raw[identity]]
    if (value < 0) continue
    identitiesWithValue++
    if (sizes[value]++ === 0) distinctValues++
    if (sizes[value] > largest) largest = sizes[value]
  }
  const largestShare = identities.length === 0 ? 0 : largest / identities.length
  let verdict: AttributeVerdict = 'used'
  if (settings.ignoredAttributes.includes(attribute)) verdict = 'ignored'
  else if (identitiesWithValue === 0) verdict = 'empty'
  else if (largestShare >= nearlyConstantShare) verdict = 'nearly_constant'
  else if (largest < settings.minCohortSize || distinctValues > identitiesWithValue * nearlyUniqueShare) {
    verdict = 'nearly_unique'
  }
  return { attribute, verdict, identitiesWithValue, distinctValues, largestShare, explainedGrants: 0 }
}
