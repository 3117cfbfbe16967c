import { MiningError } from '@assay/mining'
import type { AccessRows } from '../reduce-access.ts'

/** What happened to somebody's access, or to an entitlement. Ordinals; a joiner or a new entitlement may have the next free one. */
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

/** Who holds what, from both sides, while it changes. */
export class LivingAccess {
  readonly held: Set<number>[]
  readonly holders: Set<number>[]

  constructor({ identityCount, entitlementCount, rowOffset, rowEntitlement }: AccessRows) {
    this.held = Array.from({ length: identityCount }, () => new Set())
    this.holders = Array.from({ length: entitlementCount }, () => new Set())
    for (let identity = 0; identity < identityCount; identity++) {
      for (let at = rowOffset[identity]; at < rowOffset[identity + 1]; at++) this.add(identity, rowEntitlement[at])
    }
  }

  holds(identity: number, entitlement: number): boolean {
    return this.held[identity]?.has(entitlement) === true
  }

  /** Makes the event true, and answers whose access it changed. Throws `bad_query` for an unknown ordinal, and changes nothing. */
  apply(event: AccessEvent): readonly number[] {
    this.check(event)
    switch (event.kind) {
      case 'joiner':
        for (const entitlement of event.entitlements) this.add(event.identity, entitlement)
        return [event.identity]
      case 'leaver':
        for (const entitlement of [...(this.held[event.identity] ?? [])]) this.remove(event.identity, entitlement)
        return [event.identity]
      case 'mover':
        for (const entitlement of event.lost) this.remove(event.identity, entitlement)
        for (const entitlement of event.gained) this.add(event.identity, entitlement)
        return [event.identity]
      case 'new_entitlement':
        for (const identity of event.identities) this.add(identity, event.entitlement)
        return event.identities
    }
  }

  /** As a miner reads it. */
  rows(): AccessRows {
    const rowOffset = new Uint32Array(this.held.length + 1)
    for (const [identity, held] of this.held.entries()) rowOffset[identity + 1] = rowOffset[identity] + held.size
    const rowEntitlement = new Uint32Array(rowOffset[this.held.length])
    for (const [identity, held] of this.held.entries()) {
      rowEntitlement.set(
        [...held].sort((a, b) => a - b),
        rowOffset[identity],
      )
    }
    return { identityCount: this.held.length, entitlementCount: this.holders.length, rowOffset, rowEntitlement }
  }

  private check(event: AccessEvent): void {
    const people = this.held.length
    const entitlements = this.holders.length
    switch (event.kind) {
      case 'joiner':
        requireBelow('identity', event.identity, people + 1)
        for (const one of event.entitlements) requireBelow('entitlements', one, entitlements)
        return
      case 'leaver':
        requireBelow('identity', event.identity, people)
        return
      case 'mover':
        requireBelow('identity', event.identity, people)
        for (const one of [...event.gained, ...event.lost]) requireBelow('gained or lost', one, entitlements)
        return
      case 'new_entitlement':
        requireBelow('entitlement', event.entitlement, entitlements + 1)
        for (const one of event.identities) requireBelow('identities', one, people)
    }
  }

  private add(identity: number, entitlement: number): void {
    while (this.held.length <= identity) this.held.push(new Set())
    while (this.holders.length <= entitlement) this.holders.push(new Set())
    this.held[identity].add(entitlement)
    this.holders[entitlement].add(identity)
  }

  private remove(identity: number, entitlement: number): void {
    this.held[identity]?.delete(entitlement)
    this.holders[entitlement]?.delete(identity)
  }
}

function requireBelow(field: string, ordinal: number, limit: number): void {
  if (Number.isInteger(ordinal) && ordinal >= 0 && ordinal < limit) return
  throw new MiningError('bad_query', field, `a known ordinal, below ${limit}`, ordinal)
}
