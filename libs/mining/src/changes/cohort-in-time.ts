import { cohortMembers } from '../cohort-members.ts'
import type { CohortFilter, CohortSuggestion } from '../cohort-result.ts'
import type { Population } from '../cohort-settings.ts'
import type { Snapshot } from '../snapshot.ts'

/** One state of the access data, with what was mined of it. */
export interface MinedState {
  readonly snapshot: Snapshot
  readonly suggestions: readonly CohortSuggestion[]
}

/** A state by the stable keys of people and entitlements, so that it can be compared with another one. */
export class KeyedState {
  readonly suggestions: readonly CohortSuggestion[]
  private readonly snapshot: Snapshot
  private readonly identityOf: ReadonlyMap<number, number>
  private readonly entitlementOf: ReadonlyMap<number, number>
  private readonly members = new Map<string, ReadonlySet<number>>()

  constructor({ snapshot, suggestions }: MinedState) {
    this.snapshot = snapshot
    this.suggestions = suggestions
    this.identityOf = new Map(Array.from(snapshot.identityKey, (key, ordinal) => [key, ordinal]))
    this.entitlementOf = new Map(Array.from(snapshot.entitlementKey, (key, ordinal) => [key, ordinal]))
  }

  hasAttribute(attribute: string): boolean {
    return this.snapshot.attributes.some(({ key }) => key === attribute)
  }

  hasEntitlement(key: number): boolean {
    return this.entitlementOf.has(key)
  }

  /** Keys of a cohort's members; none when the data have no such attribute. */
  membersOf(filters: readonly CohortFilter[], population: Population): ReadonlySet<number> {
    const name = JSON.stringify([population, filters])
    const known = this.members.get(name)
    if (known !== undefined) return known
    const ordinals = filters.every(({ attribute }) => this.hasAttribute(attribute))
      ? cohortMembers(this.snapshot, filters, { population })
      : new Uint32Array(0)
    const keys = new Set(Array.from(ordinals, (ordinal) => this.snapshot.identityKey[ordinal]))
    this.members.set(name, keys)
    return keys
  }

  holds(identityKey: number, entitlementKey: number): boolean {
    const identity = this.identityOf.get(identityKey)
    const entitlement = this.entitlementOf.get(entitlementKey)
    if (identity === undefined || entitlement === undefined) return false
    const { rowOffset, rowEntitlement } = this.snapshot
    let low = rowOffset[identity]
    let high = rowOffset[identity + 1] - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      if (rowEntitlement[middle] === entitlement) return true
      if (rowEntitlement[middle] < entitlement) low = middle + 1
      else high = middle - 1
    }
    return false
  }

  entitlementKeys({ entitlements }: CohortSuggestion): number[] {
    return entitlements.map(({ entitlement }) => this.snapshot.entitlementKey[entitlement])
  }

  /** The share of a cohort that holds an entitlement; 0 of nobody. */
  coverage(members: ReadonlySet<number>, entitlementKey: number): number {
    if (members.size === 0) return 0
    let holders = 0
    for (const key of members) if (this.holds(key, entitlementKey)) holders++
    return holders / members.size
  }
}
