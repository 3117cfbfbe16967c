import { type CleanValues, cleanValues, holdsOnlyDays } from './attribute-values.ts'
import type { AttributeReport, AttributeVerdict } from './cohort-result.ts'
import type { CohortMiningSettings, Population } from './cohort-settings.ts'
import { cleanLists, columnsOf, type ListPlaces, placeValues, sizesOf, spellingsOf } from './list-columns.ts'
import { inReadingOrder } from './reading-order.ts'
import { type ReducedGrants, reduceGrants } from './reduce-grants.ts'
import { sharedInt32 } from './shared-arrays.ts'
import type { ValueLists } from './snapshot.ts'
import { identityStatuses, identityTypes, type SingleAttribute, type Snapshot } from './snapshot.ts'

/** One attribute of a population, or one column of a list (see list-columns.ts): the clean value ordinal of each person. */
export interface PopulationAttribute {
  /** Position in the snapshot's attributes; columns of one list share it. */
  readonly index: number
  readonly key: string
  readonly column: Int32Array
  /**
   * Below 0 for persons whose value is unknown. This is `column` itself; for a list it is an array that is below 0 when the list is
   * empty.
   */
  readonly known: Int32Array
  readonly valueCount: number
  /** The snapshot's ordinals of the spellings of each clean value; see `CleanValues`. */
  readonly spellingOffset: Uint32Array
  readonly spelling: Uint32Array
  /** The number of values that enough people share to form a cohort. A cohort chooses one of them. */
  readonly sharedValueCount: number
}

/** The enabled identities of one population ("persons", renumbered from 0) with their attributes, without their grants. */
export interface DescribedPopulation {
  readonly population: Population
  /** Identity ordinal of each person. */
  readonly persons: Uint32Array
  readonly attributes: readonly PopulationAttribute[]
  readonly attributeReports: readonly AttributeReport[]
}

/** The input of counting: a population and the grants that can matter. */
export interface PopulationGraph extends DescribedPopulation, ReducedGrants {}

/** The order of attributes in filters and names. All other attributes follow in the snapshot's order. */
const attributeOrder = [
  'department',
  'job_title',
  'manager',
  'employment_type',
  'employment_status',
  'directory_status',
]

/** An attribute with one value that covers this share of the population carries no information. */
const nearlyConstantShare = 0.98

/**
 * The largest number of attributes that are counted: the known ones first, then those with the most information. A directory with
 * thousands of attributes has mostly flags.
 */
const mostAttributes = 64

/** The largest number of columns, lists included. One list has up to 32 columns. */
const mostColumns = 2 * mostAttributes

type AttributeSettings = Pick<CohortMiningSettings, 'minCohortSize' | 'ignoredAttributes'>

/** Whether an identity type belongs to a population. System identities belong to neither. */
export function isOfPopulation(type: number, population: Population): boolean {
  if (population === 'people') return type === identityTypes.human
  return type === identityTypes.service || type === identityTypes.agent
}

export function preparePopulation(
  snapshot: Snapshot,
  settings: CohortMiningSettings,
  population: Population,
): PopulationGraph {
  const described = describePopulation(snapshot, settings, population)
  return { ...described, ...reduceGrants(snapshot, settings, described.persons) }
}

/** The persons and the attributes of a population. Of the settings, only those about attributes matter. */
export function describePopulation(
  snapshot: Snapshot,
  settings: AttributeSettings,
  population: Population,
): DescribedPopulation {
  const unordered = enabledIdentities(snapshot, population)
  const attributeReports: AttributeReport[] = []
  const allUsable: UsableAttribute[] = []
  for (const index of inAttributeOrder(snapshot)) {
    const attribute = snapshot.attributes[index]!
    const clean = cleanValues(attribute, unordered)
    const seen =
      attribute.lists === undefined
        ? reportAttribute(attribute, clean, unordered, settings)
        : reportList(attribute.key, cleanLists(attribute.lists, clean, unordered), clean, settings)
    attributeReports.push(seen.report)
    if (seen.report.verdict === 'used') allUsable.push({ index, key: attribute.key, clean, ...seen })
  }
  const usable = mostTelling(allUsable)
  const isUsable = new Set(usable.map(({ key }) => key))
  const persons = inReadingOrder(
    unordered,
    usable.flatMap(({ index, clean }) => {
      const { column } = snapshot.attributes[index]!
      return column === undefined ? [] : [{ column, remap: clean.remap, valueCount: clean.spellingOffset.length - 1 }]
    }),
  )
  const attributes = usable.flatMap((one) => {
    const { column, lists } = snapshot.attributes[one.index]!
    return lists === undefined ? [singleColumn(one, column, persons)] : listColumns(one, lists, persons, settings)
  })
  const limited = attributeReports.map((report) =>
    report.verdict === 'used' && !isUsable.has(report.attribute)
      ? { ...report, verdict: 'beyond_limit' as const }
      : report,
  )
  return {
    population,
    persons,
    attributes: firstColumns(attributes),
    attributeReports: limited,
  }
}

/** Orders the columns: the first columns of all lists come before their second columns. */
function firstColumns(attributes: readonly PopulationAttribute[]): readonly PopulationAttribute[] {
  if (attributes.length <= mostColumns) return attributes
  const rank = (at: number) => at - attributes.findIndex(({ index }) => index === attributes[at]!.index)
  const kept = [...attributes.keys()].sort((a, b) => rank(a) - rank(b) || a - b).slice(0, mostColumns)
  return kept.sort((a, b) => a - b).map((at) => attributes[at]!)
}

function singleColumn(
  { index, key, clean: { remap, spellingOffset, spelling }, shared }: UsableAttribute,
  raw: Int32Array,
  persons: Uint32Array,
): PopulationAttribute {
  const column = sharedInt32(persons.length)
  for (let p = 0; p < persons.length; p++) column[p] = raw[persons[p]!]! < 0 ? -1 : remap[raw[persons[p]!]!]!
  const valueCount = spellingOffset.length - 1
  return { index, key, column, known: column, valueCount, spellingOffset, spelling, sharedValueCount: shared }
}

function listColumns(
  { index, key, clean, places }: UsableAttribute,
  lists: ValueLists,
  persons: Uint32Array,
  settings: AttributeSettings,
): PopulationAttribute[] {
  if (places === undefined) return []
  const columns = columnsOf(cleanLists(lists, clean, persons), places)
  return columns.map((one) => {
    const { column, known, values } = one
    const sharedValueCount = values.filter((value) => places.sizes[value]! >= settings.minCohortSize).length
    return { index, key, column, known, valueCount: values.length, ...spellingsOf(clean, one), sharedValueCount }
  })
}

interface UsableAttribute {
  readonly index: number
  readonly key: string
  readonly clean: CleanValues
  readonly shared: number
  /** Persons who have a shared value, counted once for each shared value. */
  readonly sharers: number
  /** Only for a list. */
  readonly places?: (ListPlaces & { readonly sizes: Uint32Array }) | undefined
}

/** The attributes with the most information, in their original order. Known attributes come first. */
function mostTelling(all: readonly UsableAttribute[]): readonly UsableAttribute[] {
  if (all.length <= mostAttributes) return all
  const isKnown = (one: UsableAttribute) => (attributeOrder.includes(one.key) ? 1 : 0)
  const kept = new Set(
    all
      .toSorted((a, b) => isKnown(b) - isKnown(a) || tells(b) - tells(a) || a.index - b.index)
      .slice(0, mostAttributes),
  )
  return all.filter((one) => kept.has(one))
}

/** The information, in bits, that the shared values give about all persons who have one. */
function tells({ sharers, shared }: UsableAttribute): number {
  return sharers * Math.log2(1 + shared)
}

function enabledIdentities(snapshot: Snapshot, population: Population): Uint32Array {
  const found = new Uint32Array(snapshot.identityCount)
  let count = 0
  for (let i = 0; i < snapshot.identityCount; i++) {
    if (
      snapshot.identityStatus[i] === identityStatuses.enabled &&
      isOfPopulation(snapshot.identityType[i]!, population)
    ) {
      found[count++] = i
    }
  }
  return found.subarray(0, count)
}

function inAttributeOrder(snapshot: Snapshot): number[] {
  const rank = (index: number) => {
    const known = attributeOrder.indexOf(snapshot.attributes[index]!.key)
    return known < 0 ? attributeOrder.length + index : known
  }
  return snapshot.attributes.map((_, index) => index).sort((a, b) => rank(a) - rank(b))
}

function reportAttribute(
  single: SingleAttribute,
  { remap, spellingOffset }: CleanValues,
  identities: Uint32Array,
  settings: AttributeSettings,
): { readonly report: AttributeReport; readonly shared: number; readonly sharers: number } {
  const { key: attribute, column: raw } = single
  const sizes = new Uint32Array(spellingOffset.length - 1)
  let identitiesWithValue = 0
  let distinctValues = 0
  let largest = 0
  for (const identity of identities) {
    const value = raw[identity]! < 0 ? -1 : remap[raw[identity]!]!
    if (value < 0) continue
    identitiesWithValue++
    if (sizes[value]!++ === 0) distinctValues++
    if (sizes[value]! > largest) largest = sizes[value]!
  }
  const largestShare = identities.length === 0 ? 0 : largest / identities.length
  let verdict: AttributeVerdict = 'used'
  if (settings.ignoredAttributes.includes(attribute)) verdict = 'ignored'
  else if (identitiesWithValue === 0) verdict = 'empty'
  else if (holdsOnlyDays(single)) verdict = 'ignored'
  else if (largestShare >= nearlyConstantShare) verdict = 'nearly_constant'
  // The values are too rare, not the attribute. Values of one person each are no reason to ignore the more common ones.
  else if (largest < settings.minCohortSize) verdict = 'nearly_unique'
  const report = { attribute, verdict, identitiesWithValue, distinctValues, largestShare, explainedGrants: 0 }
  const sharedSizes = sizes.filter((size) => size >= settings.minCohortSize)
  return { report, shared: sharedSizes.length, sharers: sharedSizes.reduce((sum, size) => sum + size, 0) }
}

/**
 * The same as `reportAttribute`, for a list. A value that nearly everybody has does not exclude the other values of the list: only that
 * value gets no column.
 */
function reportList(
  attribute: string,
  lists: ValueLists,
  { spellingOffset }: CleanValues,
  settings: AttributeSettings,
) {
  const sizes = sizesOf(lists, spellingOffset.length - 1)
  const personCount = lists.offset.length - 1
  let identitiesWithValue = 0
  for (let p = 0; p < personCount; p++) if (lists.offset[p + 1]! > lists.offset[p]!) identitiesWithValue++
  const distinctValues = sizes.filter((size) => size > 0).length
  const largestShare = personCount === 0 ? 0 : sizes.reduce((most, size) => Math.max(most, size), 0) / personCount
  const isPlaced = (size: number) => size >= 2 && size < nearlyConstantShare * personCount
  const sharedSizes = sizes.filter((size) => isPlaced(size) && size >= settings.minCohortSize)
  let verdict: AttributeVerdict = 'used'
  if (settings.ignoredAttributes.includes(attribute)) verdict = 'ignored'
  else if (identitiesWithValue === 0) verdict = 'empty'
  else if (sharedSizes.length === 0) {
    verdict = largestShare >= nearlyConstantShare ? 'nearly_constant' : 'nearly_unique'
  }
  return {
    report: { attribute, verdict, identitiesWithValue, distinctValues, largestShare, explainedGrants: 0 },
    shared: sharedSizes.length,
    sharers: sharedSizes.reduce((sum, size) => sum + size, 0),
    places: { ...placeValues(lists, sizes, isPlaced), sizes },
  }
}
