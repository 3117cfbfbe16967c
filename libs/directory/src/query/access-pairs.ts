import { type ApplicationAccess, applicationAccessInSteps, type Snapshot } from '@assay/mining'

/** Identities and applications in which they have access: parallel lists of keys. */
export interface KeyPairs {
  readonly identityKeys: readonly number[]
  readonly applicationKeys: readonly number[]
}

/**
 * Where identities have access, by the snapshot in force: of millions of grants a database would have to look at all to say who has
 * any in one application, page after page.
 */
export class AccessPairs {
  readonly #snapshot: Snapshot
  readonly #access: ApplicationAccess

  private constructor(snapshot: Snapshot, access: ApplicationAccess) {
    this.#snapshot = snapshot
    this.#access = access
  }

  /** Made once for each snapshot, in steps between which others go on; 4 bytes a pair, gone with the snapshot. */
  static of(snapshot: Snapshot): Promise<AccessPairs> {
    const known = made.get(snapshot)
    if (known !== undefined) return known
    const making = make(snapshot).then((access) => new AccessPairs(snapshot, access))
    made.set(snapshot, making)
    return making
  }

  get count(): number {
    return this.#access.application.length
  }

  /** A stretch of all pairs, by the keys of identity and application. */
  page(limit: number, start: number): KeyPairs {
    const { offset, application } = this.#access
    const end = Math.min(start + limit, application.length)
    const pairs = new PairList()
    let identity = lastAtMost(offset, start)
    for (let at = start; at < end; at++) {
      while (offset[identity + 1] <= at) identity++
      pairs.add(this.#snapshot.identityKey[identity], this.#snapshot.applicationKey[application[at]])
    }
    return pairs
  }

  /** All pairs of some applications, in the same order. */
  ofApplications(keys: ReadonlySet<number>): KeyPairs {
    const { identityKey, applicationKey, identityCount } = this.#snapshot
    const { offset, application } = this.#access
    const isWanted = Uint8Array.from(applicationKey, (key) => (keys.has(key) ? 1 : 0))
    const pairs = new PairList()
    for (let identity = 0; identity < identityCount; identity++) {
      for (let at = offset[identity]; at < offset[identity + 1]; at++) {
        const one = application[at]
        if (isWanted[one] === 1) pairs.add(identityKey[identity], applicationKey[one])
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

/** The place of the last offset that is at most `value`. */
function lastAtMost(offset: Uint32Array, value: number): number {
  let low = 0
  let high = offset.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (offset[middle] <= value) low = middle
    else high = middle - 1
  }
  return low
}
