/** Stored grants: ordinals of people and entitlements, and the days of last use since 1970-01-01, 0 for none. */
export interface KeptGrants {
  readonly person: Uint32Array
  readonly entitlement: Uint32Array
  readonly lastUsedDay: Uint16Array
}

/** Counts grants while they stream, and stores them if the caller wants to inspect them. */
export class Holdings {
  #person = new Uint32Array(1024)
  #entitlement = new Uint32Array(1024)
  #lastUsedDay = new Uint16Array(1024)
  readonly #isKept: boolean
  /** One number for each pair, while the pairs are few enough to store. */
  #distinct: Set<number> | undefined
  rows = 0

  constructor(isKept: boolean) {
    this.#isKept = isKept
    this.#distinct = isKept ? new Set() : undefined
  }

  add(person: number, entitlement: number, lastUsedAt: string): void {
    const at = this.rows++
    if (!this.#isKept) return
    if (at < mostKept) {
      this.#person = grown(this.#person, at)
      this.#entitlement = grown(this.#entitlement, at)
      this.#lastUsedDay = grown(this.#lastUsedDay, at)
      this.#person[at] = person
      this.#entitlement[at] = entitlement
      this.#lastUsedDay[at] = dayOf(lastUsedAt)
    }
    this.#distinct?.add(person * 0x4000000 + entitlement)
    if (this.#distinct !== undefined && this.#distinct.size > mostDistinct) this.#distinct = undefined
  }

  /** The number of different grants; undefined when they were not counted, or are too many to count. */
  get distinct(): number | undefined {
    return this.#distinct?.size
  }

  /** All grants; undefined when they were not stored, or are too many. */
  kept(): KeptGrants | undefined {
    if (!this.#isKept || this.rows > mostKept) return undefined
    return {
      person: this.#person.subarray(0, this.rows),
      entitlement: this.#entitlement.subarray(0, this.rows),
      lastUsedDay: this.#lastUsedDay.subarray(0, this.rows),
    }
  }
}

const mostDistinct = 1_000_000

/** 10 bytes for each grant. */
const mostKept = 50_000_000

function grown<Kind extends Uint32Array | Uint16Array>(array: Kind, index: number): Kind {
  if (index < array.length) return array
  const larger = new (array.constructor as new (length: number) => Kind)(index * 2)
  larger.set(array)
  return larger
}

function dayOf(text: string): number {
  const day = Math.floor(Date.parse(text) / 86_400_000)
  return day >= 1 ? Math.min(day, 0xffff) : 0
}
