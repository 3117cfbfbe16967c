import { type ApplicationAccess, applicationAccessInSteps, ordinalOf, ordinalsOf, type Snapshot } from '@assay/mining'

/** Identities and applications in which they have access: parallel lists of keys. */
export interface KeyPairs {
  readonly identityKeys: readonly number[]
  readonly applicationKeys: readonly number[]
}

/** A list of pairs that is computed page by page and never stored as a whole. */
export interface Pairs {
  readonly count: number
  page(limit: number, start: number): KeyPairs
}

/**
 * The pairs of identity and application with access, by the snapshot in force. The database would read millions of grants for each
 * page to find who has access in one application.
 */
export class AccessPairs {
  readonly #snapshot: Snapshot
  readonly #access: ApplicationAccess

  private constructor(snapshot: Snapshot, access: ApplicationAccess) {
    this.#snapshot = snapshot
    this.#access = access
  }

  /**
   * Computed once for each snapshot, in steps that let other work run in between. It takes 4 bytes a pair and is freed with the
   * snapshot.
   */
  static of(snapshot: Snapshot): Promise<AccessPairs> {
    const known = made.get(snapshot)
    if (known !== undefined) return known
    const making = make(snapshot).then((access) => new AccessPairs(snapshot, access))
    made.set(snapshot, making)
    return making
  }

  /** The pairs of the applications, or all pairs, in the order of the keys of identity and application. */
  within(applicationKeys?: ReadonlySet<number>): Pairs {
    const { application, holders } = this.#access
    if (applicationKeys === undefined) {
      return { count: application.length, page: (limit, start) => this.#page(limit, start) }
    }
    const isWanted = Uint8Array.from(this.#snapshot.applicationKey, (key) => (applicationKeys.has(key) ? 1 : 0))
    let count = 0
    for (const [one, holding] of holders.entries()) if (isWanted[one] === 1) count += holding
    return { count, page: (limit, start) => this.#pageOf(isWanted, limit, start) }
  }

  /** The pairs of the identities, by key. Identities that the snapshot does not contain have none. */
  ofIdentities(identityKeys: readonly number[]): Pairs {
    const { offset, application } = this.#access
    const { applicationKey, identityKey } = this.#snapshot
    const pairs = new PairList()
    for (const identity of ordinalsOf(identityKey, identityKeys).ordinals) {
      for (const one of application.subarray(offset[identity], offset[identity + 1])) {
        pairs.add(identityKey[identity]!, applicationKey[one]!)
      }
    }
    return { count: pairs.identityKeys.length, page: (limit, start) => pairs.part(start, start + limit) }
  }

  /**
   * The keys of the entitlements that are mined for each pair, in the order of the pairs. These are the assigned entitlements,
   * unless the import also mines what groups give.
   */
  mined({ identityKeys, applicationKeys }: KeyPairs): readonly (readonly number[])[] {
    const { applicationKey, entitlementApplication, entitlementKey, identityKey, rowEntitlement, rowOffset } =
      this.#snapshot
    const ofIdentity = new Map<number, Map<number, number[]>>()
    const lists = identityKeys.map((identity, at) => {
      const ofApplication = inserted(ofIdentity, identity, () => new Map<number, number[]>())
      return inserted(ofApplication, applicationKeys[at] ?? 0, () => [])
    })
    for (const [key, ofApplication] of ofIdentity) {
      const identity = ordinalOf(identityKey, key)
      if (identity < 0) continue
      for (const one of rowEntitlement.subarray(rowOffset[identity], rowOffset[identity + 1])) {
        ofApplication.get(applicationKey[entitlementApplication[one]!]!)?.push(entitlementKey[one]!)
      }
    }
    return lists
  }

  #page(limit: number, start: number): KeyPairs {
    const { offset, application } = this.#access
    const end = Math.min(start + limit, application.length)
    const pairs = new PairList()
    let identity = lastAtMost(offset, start)
    for (let at = start; at < end; at++) {
      while (offset[identity + 1]! <= at) identity++
      pairs.add(this.#snapshot.identityKey[identity]!, this.#snapshot.applicationKey[application[at]!]!)
    }
    return pairs
  }

  #pageOf(isWanted: Uint8Array, limit: number, start: number): KeyPairs {
    const { identityKey, applicationKey, identityCount } = this.#snapshot
    const { offset, application } = this.#access
    const pairs = new PairList()
    let passed = 0
    for (let identity = 0; identity < identityCount && passed < start + limit; identity++) {
      for (let at = offset[identity]!; at < offset[identity + 1]!; at++) {
        const one = application[at]!
        if (isWanted[one] === 0) continue
        if (passed >= start && passed < start + limit) pairs.add(identityKey[identity]!, applicationKey[one]!)
        passed++
      }
    }
    return pairs
  }
}

class PairList implements KeyPairs {
  readonly identityKeys: number[] = []
  readonly applicationKeys: number[] = []

  add(identityKey: number, applicationKey: number): void {
    this.identityKeys.push(identityKey)
    this.applicationKeys.push(applicationKey)
  }

  part(start: number, end: number): KeyPairs {
    return {
      identityKeys: this.identityKeys.slice(start, end),
      applicationKeys: this.applicationKeys.slice(start, end),
    }
  }
}

function inserted<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const value = make()
  map.set(key, value)
  return value
}

const made = new WeakMap<Snapshot, Promise<AccessPairs>>()

async function make(snapshot: Snapshot): Promise<ApplicationAccess> {
  const steps = applicationAccessInSteps(snapshot)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The index of the last offset that is at most `value`. */
function lastAtMost(offset: Uint32Array, value: number): number {
  let low = 0
  let high = offset.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (offset[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}
