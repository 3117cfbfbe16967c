import { MiningError } from '@assay/mining'
import type { AccessRows } from '../reduce-access.ts'

/**
 * A change of a person's access, or a new entitlement. The fields are ordinals; a joiner or a new entitlement may have the next
 * free one.
 */
export type AccessEvent =
  | { readonly kind: 'joiner'; readonly identity: number; readonly entitlements: readonly number[] }
  | { readonly kind: 'leaver'; readonly identity: number }
  | {
      readonly kind: 'mover'
      readonly identity: number
      readonly gained: readonly number[]
      readonly lost: readonly number[]
    }
  | { readonly kind: 'new_entitlement'; readonly entitlement: number; readonly identities: readonly number[] }

/** The access while it changes: the entitlements of each person, and the holders of each entitlement. */
export class LivingAccess {
  readonly held: Set<number>[]
  readonly holders: Set<number>[]

  constructor({ identityCount, entitlementCount, rowOffset, rowEntitlement }: AccessRows) {
    this.held = Array.from({ length: identityCount }, () => new Set())
    this.holders = Array.from({ length: entitlementCount }, () => new Set())
    for (let identity = 0; identity < identityCount; identity++) {
      for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) this.add(identity, rowEntitlement[at]!)
    }
  }

  holds(identity: number, entitlement: number): boolean {
    return this.held[identity]?.has(entitlement) === true
  }

  /**
   * Applies the events in order. Returns the people whose access they changed, each with the index of the event that names this
   * person alone or, if there is none, of the first event that changed the person. Throws `bad_query` for an unknown ordinal,
   * and then changes nothing.
   */
  apply(events: readonly AccessEvent[]): ReadonlyMap<number, number> {
    this.check(events)
    const causes = new Map<number, number>()
    for (const [index, event] of events.entries()) {
      if (event.kind === 'new_entitlement') {
        this.reach(0, event.entitlement + 1)
        for (const identity of event.identities) {
          this.add(identity, event.entitlement)
          if (!causes.has(identity)) causes.set(identity, index)
        }
        continue
      }
      const { identity } = event
      this.reach(identity + 1, 0)
      if (event.kind === 'joiner') for (const entitlement of event.entitlements) this.add(identity, entitlement)
      if (event.kind === 'leaver')
        for (const entitlement of [...this.held[identity]!]) this.remove(identity, entitlement)
      if (event.kind === 'mover') {
        for (const entitlement of event.lost) this.remove(identity, entitlement)
        for (const entitlement of event.gained) this.add(identity, entitlement)
      }
      causes.set(identity, index)
    }
    return causes
  }

  /** The access as rows, the form that mining reads. */
  rows(): AccessRows {
    const rowOffset = new Uint32Array(this.held.length + 1)
    for (const [identity, held] of this.held.entries()) rowOffset[identity + 1] = rowOffset[identity]! + held.size
    const rowEntitlement = new Uint32Array(rowOffset[this.held.length]!)
    for (const [identity, held] of this.held.entries()) {
      rowEntitlement.set(
        [...held].sort((a, b) => a - b),
        rowOffset[identity],
      )
    }
    return { identityCount: this.held.length, entitlementCount: this.holders.length, rowOffset, rowEntitlement }
  }

  private check(events: readonly AccessEvent[]): void {
    let people = this.held.length
    let entitlements = this.holders.length
    for (const event of events) {
      if (event.kind === 'new_entitlement') {
        requireBelow('entitlement', event.entitlement, entitlements + 1)
        for (const one of event.identities) requireBelow('identities', one, people)
        entitlements = Math.max(entitlements, event.entitlement + 1)
        continue
      }
      requireBelow('identity', event.identity, event.kind === 'joiner' ? people + 1 : people)
      if (event.kind === 'joiner') for (const one of event.entitlements) requireBelow('entitlements', one, entitlements)
      if (event.kind === 'mover') {
        for (const one of [...event.gained, ...event.lost]) requireBelow('gained or lost', one, entitlements)
      }
      people = Math.max(people, event.identity + 1)
    }
  }

  private reach(people: number, entitlements: number): void {
    while (this.held.length < people) this.held.push(new Set())
    while (this.holders.length < entitlements) this.holders.push(new Set())
  }

  private add(identity: number, entitlement: number): void {
    this.reach(identity + 1, entitlement + 1)
    this.held[identity]!.add(entitlement)
    this.holders[entitlement]!.add(identity)
  }

  private remove(identity: number, entitlement: number): void {
    this.held[identity]!.delete(entitlement)
    this.holders[entitlement]!.delete(identity)
  }
}

function requireBelow(field: string, ordinal: number, limit: number): void {
  if (Number.isInteger(ordinal) && ordinal >= 0 && ordinal < limit) return
  throw new MiningError('bad_query', field, `a known ordinal, below ${limit}`, ordinal)
}
