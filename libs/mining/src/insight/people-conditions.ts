import type { CohortFilter } from '../cohort-result.ts'
import { type DescribedPopulation, describePopulation, type PopulationAttribute } from '../population.ts'
import type { Snapshot } from '../snapshot.ts'

/** The enabled people of a snapshot with every value that at least two of them share. */
export type DescribedPeople = DescribedPopulation

/** One value of one attribute: the position of the attribute among those of the people, and of the value among its values. */
export interface ConditionTerm {
  readonly attribute: number
  readonly value: number
}

/** Only values that at least two people share: a value of a single person describes no one else. */
const fewestSharing = 2

const described = new WeakMap<Snapshot, DescribedPeople>()

/** The people of a snapshot, cached. They do not depend on the settings of an analysis. */
export function peopleOf(snapshot: Snapshot): DescribedPeople {
  const known = described.get(snapshot)
  if (known !== undefined) return known
  const people = describePopulation(snapshot, { minCohortSize: fewestSharing, ignoredAttributes: [] }, 'people')
  described.set(snapshot, people)
  return people
}

/** A condition as filters. Each filter lists all spellings of its value, so that an exact comparison finds the same people. */
export function filtersOfTerms(
  snapshot: Snapshot,
  { attributes }: DescribedPeople,
  terms: readonly ConditionTerm[],
): CohortFilter[] {
  return terms.map(({ attribute, value }) => {
    const { index, key, spellingOffset, spelling } = attributes[attribute]!
    const raws = spelling.subarray(spellingOffset[value], spellingOffset[value + 1])
    return { attribute: key, values: Array.from(raws, (raw) => snapshot.attributes[index]!.values[raw]!.trim()) }
  })
}

/** The number of values in use, of which a condition names one. */
export function valuesInUse({ column, valueCount }: PopulationAttribute): number {
  const isUsed = new Uint8Array(valueCount)
  let used = 0
  for (let p = 0; p < column.length; p++) {
    if (column[p]! < 0 || isUsed[column[p]!] === 1) continue
    isUsed[column[p]!] = 1
    used++
  }
  return used
}
