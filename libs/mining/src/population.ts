import { type CleanValues, cleanValues } from './attribute-values.ts'
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
  /** The snapshot's ordinals of the spellings of each clean value; see `CleanValues`. */
  readonly spellingOffset: Uint32Array
  readonly spelling: Uint32Array
  /** Values that enough people share to form a cohort: among so many a cohort chooses one. */
  readonly sharedValueCount: number
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

/** Attributes that are counted, the known ones and those that can tell the most; a directory with thousands has mostly flags. */
const mostAttributes = 64

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
  const allUsable: UsableAttribute[] = []
  for (const index of inAttributeOrder(snapshot)) {
    const attribute = snapshot.attributes[index]
    const clean = cleanValues(attribute, unordered)
    const { report, shared, sharers } = reportAttribute(attribute.key, attribute.column, clean, unordered, settings)
    attributeReports.push(report)
    if (report.verdict === 'used') {
      allUsable.push({ index, key: attribute.key, clean, shared, tells: sharers * Math.log2(1 + shared) })
    }
  }
  const usable = mostTelling(allUsable)
  const isUsable = new Set(usable.map(({ key }) => key))
  const persons = inReadingOrder(
    unordered,
    usable.map(({ index, clean }) => ({
      column: snapshot.attributes[index].column,
      remap: clean.remap,
      valueCount: clean.spellingOffset.length - 1,
    })),
  )
  const attributes = usable.map(({ index, key, clean: { remap, spellingOffset, spelling }, shared }) => {
    const raw = snapshot.attributes[index].column
    const column = sharedInt32(persons.length)
    for (let p = 0; p < persons.length; p++) column[p] = raw[persons[p]] < 0 ? -1 : remap[raw[persons[p]]]
    const valueCount = spellingOffset.length - 1
    return { index, key, column, valueCount, spellingOffset, spelling, sharedValueCount: shared }
  })
  const limited = attributeReports.map((report) =>
    report.verdict === 'used' && !isUsable.has(report.attribute)
      ? { ...report, verdict: 'beyond_limit' as const }
      : report,
  )
  return { population, persons, attributes, attributeReports: limited, ...reduceGrants(snapshot, settings, persons) }
}

interface UsableAttribute {
  readonly index: number
  readonly key: string
  readonly clean: CleanValues
  readonly shared: number
  /** Bits that its shared values can tell of all who have one. */
  readonly tells: number
}

/** In their order; known attributes come first. */
function mostTelling(all: readonly UsableAttribute[]): readonly UsableAttribute[] {
  if (all.length <= mostAttributes) return all
  const isKnown = (one: UsableAttribute) => (attributeOrder.includes(one.key) ? 1 : 0)
  const kept = new Set(
    all.toSorted((a, b) => isKnown(b) - isKnown(a) || b.tells - a.tells || a.index - b.index).slice(0, mostAttributes),
  )
  return all.filter((one) => kept.has(one))
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
  { remap, spellingOffset }: CleanValues,
  identities: Uint32Array,
  settings: CohortMiningSettings,
): { readonly report: AttributeReport; readonly shared: number; readonly sharers: number } {
  const sizes = new Uint32Array(spellingOffset.length - 1)
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
  // Titles of one person each are no reason to forget the others: values are too rare, not attributes.
  else if (largest < settings.minCohortSize) verdict = 'nearly_unique'
  const report = { attribute, verdict, identitiesWithValue, distinctValues, largestShare, explainedGrants: 0 }
  const sharedSizes = sizes.filter((size) => size >= settings.minCohortSize)
  return { report, shared: sharedSizes.length, sharers: sharedSizes.reduce((sum, size) => sum + size, 0) }
}
