import type { CohortFilter } from '../cohort-result.ts'
import { type DescribedPopulation, describePopulation, type PopulationAttribute } from '../population.ts'
import type { Snapshot } from '../snapshot.ts'

/** The enabled people of a snapshot and whatever can be said about two of them at once. */
export type DescribedPeople = DescribedPopulation

/** One value of one attribute: positions in the attributes of the people, and of its values. */
export interface ConditionTerm {
  readonly attribute: number
  readonly value: number
}

/** Values that two people share take part: what is true of one person alone describes nobody else. */
const fewestSharing = 2

const described = new WeakMap<Snapshot, DescribedPeople>()

/** The same for every question about a snapshot: it does not depend on the settings of an analysis. */
export function peopleOf(snapshot: Snapshot): DescribedPeople {
  const known = described.get(snapshot)
  if (known !== undefined) return known
  const people = describePopulation(snapshot, { minCohortSize: fewestSharing, ignoredAttributes: [] }, 'people')
  described.set(snapshot, people)
  return people
}

/** A condition as filters; each lists all spellings of its value, so that whoever compares exactly finds the same people. */
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

/** Values in use, of which a condition names one. */
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
