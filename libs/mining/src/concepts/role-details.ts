import { cleanValues } from '../attribute-values.ts'
import { cleanLists } from '../list-columns.ts'
import type { Snapshot, ValueLists } from '../snapshot.ts'
import { countHolders, enabledPeople } from './role-population.ts'
import type { MinedRole } from './role-result.ts'

/** The distribution of the members of a role over the values of one attribute. For a list, a member counts for each value. */
export interface AttributeSpread {
  readonly attribute: string
  /** The most frequent first, ties by value; null means no value. */
  readonly values: readonly { readonly value: string | null; readonly count: number }[]
}

/** Additional facts about a role for people who review it. */
export interface RoleDetails {
  /** Enabled people in the whole snapshot. */
  readonly organisationSize: number
  /** Parallel to the role's `entitlements`: enabled people in the whole snapshot that hold it. */
  readonly organisationCount: Uint32Array
  /** Common access that at least half of the members hold, the most held first; with parallel counts. */
  readonly commonEntitlements: Uint32Array
  readonly commonGrantedCount: Uint32Array
  readonly commonOrganisationCount: Uint32Array
  readonly spreads: readonly AttributeSpread[]
}

/** An attribute with more values among the members is skipped: nearly every member has a different value. */
const mostValues = 1000
const leastShare = 0.5

/** Describes roles of one snapshot. Counts that all of them need are computed once. */
export class RoleDescriber {
  readonly #snapshot: Snapshot
  readonly #holders: Uint32Array
  readonly #organisationSize: number
  /** Per entitlement its position among the common ones, -1 for none. */
  readonly #commonPlace: Int32Array
  readonly #common: readonly number[]
  readonly #attributes: readonly {
    readonly key: string
    readonly names: readonly string[]
    readonly valuesOf: ReadValues
  }[]

  /** @param commonEntitlements ordinals that roles do not include */
  constructor(snapshot: Snapshot, commonEntitlements: readonly number[]) {
    this.#snapshot = snapshot
    const people = enabledPeople(snapshot)
    this.#organisationSize = people.length
    this.#holders = countHolders(snapshot, people)
    this.#common = commonEntitlements
    this.#commonPlace = new Int32Array(snapshot.entitlementCount).fill(-1)
    for (const [place, entitlement] of commonEntitlements.entries()) this.#commonPlace[entitlement] = place
    const everyone = new Uint32Array(snapshot.identityCount).map((_, identity) => identity)
    this.#attributes = snapshot.attributes.map((attribute) => {
      const clean = cleanValues(attribute, everyone)
      const { remap, spellingOffset, spelling } = clean
      const names = Array.from(spellingOffset.subarray(0, -1), (at) => attribute.values[spelling[at]!]!.trim())
      const { key, column, lists } = attribute
      if (lists !== undefined) return { key, names, valuesOf: readList(cleanLists(lists, clean, everyone)) }
      return { key, names, valuesOf: readColumn(column.map((raw) => (raw < 0 ? -1 : remap[raw]!))) }
    })
  }

  describe({ identities, entitlements }: Pick<MinedRole, 'identities' | 'entitlements'>): RoleDetails {
    const granted = this.#commonGrants(identities)
    const common = [...granted.keys()]
      .filter((place) => granted[place]! >= leastShare * identities.length && granted[place]! > 0)
      .sort((a, b) => granted[b]! - granted[a]! || this.#common[a]! - this.#common[b]!)
    const commonEntitlements = Uint32Array.from(common, (place) => this.#common[place]!)
    return {
      organisationSize: this.#organisationSize,
      organisationCount: entitlements.map((entitlement) => this.#holders[entitlement]!),
      commonEntitlements,
      commonGrantedCount: Uint32Array.from(common, (place) => granted[place]!),
      commonOrganisationCount: commonEntitlements.map((entitlement) => this.#holders[entitlement]!),
      spreads: this.#attributes.flatMap((attribute) => spreadOf(attribute, identities) ?? []),
    }
  }

  /** Per common entitlement the number of these identities that hold it. */
  #commonGrants(identities: Uint32Array): Uint32Array {
    const { rowOffset, rowEntitlement } = this.#snapshot
    const granted = new Uint32Array(this.#common.length)
    if (granted.length === 0) return granted
    for (const identity of identities) {
      for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
        const place = this.#commonPlace[rowEntitlement[at]!]!
        if (place >= 0) granted[place]!++
      }
    }
    return granted
  }
}

/** Returns the clean values of an identity; only -1 when it has none. */
type ReadValues = (identity: number) => Int32Array | Uint32Array

const none = Int32Array.of(-1)

function readColumn(column: Int32Array): ReadValues {
  return (identity) => column.subarray(identity, identity + 1)
}

function readList({ offset, value }: ValueLists): ReadValues {
  return (identity) =>
    offset[identity] === offset[identity + 1] ? none : value.subarray(offset[identity], offset[identity + 1])
}

function spreadOf(
  { key, names, valuesOf }: { readonly key: string; readonly names: readonly string[]; readonly valuesOf: ReadValues },
  identities: Uint32Array,
): AttributeSpread | undefined {
  const counts = new Map<number, number>()
  for (const identity of identities) {
    for (const value of valuesOf(identity)) counts.set(value, (counts.get(value) ?? 0) + 1)
    if (counts.size > mostValues) return undefined
  }
  if (counts.size === 1 && counts.has(-1)) return undefined
  const values = Array.from(counts, ([ordinal, count]) => ({ value: ordinal < 0 ? null : names[ordinal]!, count }))
  values.sort((a, b) => b.count - a.count || compareValues(a.value, b.value))
  return { attribute: key, values }
}

/** Compares by code unit, independent of the locale; "no value" comes last. */
function compareValues(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}
