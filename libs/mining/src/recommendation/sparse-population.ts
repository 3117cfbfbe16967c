import { holdsOnlyDays } from '../attribute-values.ts'
import { type CleanColumn, cleanColumns } from '../clean-columns.ts'
import type { CohortFilter } from '../cohort-result.ts'
import type { Population } from '../cohort-settings.ts'
import { transpose } from '../grant-rows.ts'
import { type Groups, splitGroups } from '../grouping.ts'
import { isOfPopulation } from '../population.ts'
import { identityStatuses, type Snapshot } from '../snapshot.ts'

/** The number of attributes that form cohorts, alone and in pairs: those with the most information. */
export const mostAttributes = 8

/** All people of a population with the same value of one attribute, or the same values of two. */
interface CohortKind {
  readonly attributes: readonly CleanColumn[]
  readonly groups: Groups
}

/** The grants, by person and by entitlement. */
export interface Holdings {
  readonly rowOffset: Uint32Array
  readonly rowEntitlement: Uint32Array
  readonly columnOffset: Uint32Array
  readonly columnPerson: Uint32Array
}

/** The enabled identities of a population ("persons", renumbered from 0), their grants and their cohorts. */
export class SparsePopulation {
  readonly persons: Uint32Array
  readonly entitlementCount: number
  readonly holdings: Holdings
  /** Cohorts of one attribute come first. */
  readonly kinds: readonly CohortKind[]
  private readonly personOf: Int32Array

  constructor(snapshot: Snapshot, population: Population) {
    this.persons = Uint32Array.from(snapshot.identityStatus.keys()).filter(
      (i) =>
        snapshot.identityStatus[i] === identityStatuses.enabled &&
        isOfPopulation(snapshot.identityType[i]!, population),
    )
    this.personOf = new Int32Array(snapshot.identityCount).fill(-1)
    for (const [p, identity] of this.persons.entries()) this.personOf[identity] = p
    this.entitlementCount = snapshot.entitlementCount
    this.holdings = this.withoutHidden(snapshot, () => false)
    this.kinds = kindsOf(snapshot, this.persons)
  }

  /** The person of an identity; undefined for identities of another population or of none. */
  person(identity: number): number | undefined {
    const person = this.personOf[identity]
    return person === undefined || person < 0 ? undefined : person
  }

  /** The grants of persons without the hidden ones, which are marked by their position in all rows. */
  withoutHidden(
    { rowOffset, rowEntitlement }: Pick<Snapshot, 'rowOffset' | 'rowEntitlement'>,
    isHidden: (grant: number) => boolean,
  ): Holdings {
    const { persons, entitlementCount } = this
    const identityCount = persons.length
    const offset = new Uint32Array(identityCount + 1)
    const left = new Uint32Array(persons.reduce((sum, i) => sum + rowOffset[i + 1]! - rowOffset[i]!, 0))
    let grant = 0
    let kept = 0
    for (const [p, i] of persons.entries()) {
      for (let at = rowOffset[i]!; at < rowOffset[i + 1]!; at++) {
        if (!isHidden(grant++)) left[kept++] = rowEntitlement[at]!
      }
      offset[p + 1] = kept
    }
    const rows = { rowOffset: offset, rowEntitlement: left.subarray(0, kept) }
    const { columnOffset, columnIdentity } = transpose({ identityCount, entitlementCount, ...rows })
    return { ...rows, columnOffset, columnPerson: columnIdentity }
  }
}

/** The filters that describe a person's cohort of one kind. */
export function filtersOfKind({ attributes }: CohortKind, person: number): readonly CohortFilter[] {
  return attributes.map(({ key, column, spellings }) => ({ attribute: key, values: spellings[column[person]!]! }))
}

function kindsOf(snapshot: Snapshot, persons: Uint32Array): CohortKind[] {
  const all = snapshot.attributes
    .filter((attribute) => !holdsOnlyDays(attribute))
    .flatMap((attribute) => cleanColumns(attribute, persons))
    .map((attribute) => ({
      attribute,
      groups: splitGroups(undefined, attribute.column, attribute.spellings.length, 2),
    }))
  const telling = all
    .map((one, position) => ({ ...one, position, tells: one.groups.members.length * Math.log2(1 + one.groups.count) }))
    .filter(({ tells, groups }) => tells > 0 && groups.count > 1)
    .sort((a, b) => b.tells - a.tells || a.position - b.position)
    .slice(0, mostAttributes)
    .sort((a, b) => a.position - b.position)
  const pairs = telling.flatMap((first, i) =>
    telling
      .slice(i + 1)
      .filter((second) => second.attribute.key !== first.attribute.key)
      .map((second) => ({
        attributes: [first.attribute, second.attribute],
        groups: splitGroups(first.groups, second.attribute.column, second.attribute.spellings.length, 2),
      })),
  )
  return [...telling.map(({ attribute, groups }) => ({ attributes: [attribute], groups })), ...pairs]
}
