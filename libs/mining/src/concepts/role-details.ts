import { cleanValues } from '../attribute-values.ts'
import { cleanLists } from '../list-columns.ts'
import type { Snapshot, ValueLists } from '../snapshot.ts'
import { countHolders, enabledPeople } from './role-population.ts'
import type { MinedRole } from './role-result.ts'

/** How the members of a role spread over one attribute's values; of a list they count for each of theirs. */
export interface AttributeSpread {
  readonly attribute: string
  /** Most frequent first, ties by value; null stands for no value. */
  readonly values: readonly { readonly value: string | null; readonly count: number }[]
}

/** What people who look at a role want to know besides the role itself. */
export interface RoleDetails {
  /** Enabled people in the whole snapshot. */
  readonly organisationSize: number
  /** Parallel to the role's `entitlements`: enabled people in the whole snapshot that hold it. */
  readonly organisationCount: Uint32Array
  /** Entitlements that are common access and that at least half of the members hold, most held first; parallel counts. */
  readonly commonEntitlements: Uint32Array
  readonly commonGrantedCount: Uint32Array
  readonly commonOrganisationCount: Uint32Array
  readonly spreads: readonly AttributeSpread[]
}

/** An attribute with more values among the members says nothing about them: every one has a value of its own. */
const mostValues = 1000
const leastShare = 0.5

/** Describes roles of one snapshot; what all of them need is counted once. */
export class RoleDescriber {
  readonly #snapshot: Snapshot
  readonly #holders: Uint32Array
  readonly #organisationSize: number
  /** Per entitlement its place among the common ones, -1 for none. */
  readonly #commonPlace: Int32Array
  readonly #common: readonly number[]
  readonly #attributes: readonly {
    readonly key: string
    readonly names: readonly string[]
    readonly valuesOf: ReadValues
  }[]

  /** @param commonEntitlements ordinals of what roles leave out */
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

  /** Per common entitlement how many of the identities hold it. */
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

/** The clean values of an identity; -1 alone for none. */
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

/** By code unit, which no locale changes; "no value" last. */
function compareValues(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}
