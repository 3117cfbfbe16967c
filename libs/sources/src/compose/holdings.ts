/** Counts grants while they stream: people with any grant, entitlements without a holder or with one. */
export class Holdings {
  #hasAccess = new Uint8Array(1024)
  /** One more than the ordinal of the first holder, 0 for none. */
  #firstHolder = new Int32Array(1024)
  #isShared = new Uint8Array(1024)
  /** Of each pair one number, as long as they are few enough to be remembered. */
  #distinct: Set<number> | undefined
  rows = 0

  constructor(countsDistinct: boolean) {
    this.#distinct = countsDistinct ? new Set() : undefined
  }

  add(person: number, entitlement: number): void {
    this.rows++
    this.#hasAccess = grown(this.#hasAccess, person)
    this.#hasAccess[person] = 1
    this.#isShared = grown(this.#isShared, entitlement)
    if (entitlement >= this.#firstHolder.length) {
      const larger = new Int32Array(entitlement * 2)
      larger.set(this.#firstHolder)
      this.#firstHolder = larger
    }
    const first = this.#firstHolder[entitlement]
    if (first === 0) this.#firstHolder[entitlement] = person + 1
    else if (first !== person + 1) this.#isShared[entitlement] = 1
    this.#distinct?.add(person * 0x4000000 + entitlement)
    if (this.#distinct !== undefined && this.#distinct.size > mostDistinct) this.#distinct = undefined
  }

  /** Different grants; undefined when they were not counted, or are too many to be. */
  get distinct(): number | undefined {
    return this.#distinct?.size
  }

  hasAccess(person: number): boolean {
    return this.#hasAccess[person] === 1
  }

  holders(entitlement: number): 'none' | 'one' | 'several' {
    if ((this.#firstHolder[entitlement] ?? 0) === 0) return 'none'
    return this.#isShared[entitlement] === 1 ? 'several' : 'one'
  }
}

const mostDistinct = 1_000_000

function grown(array: Uint8Array<ArrayBuffer>, index: number): Uint8Array<ArrayBuffer> {
  if (index < array.length) return array
  const larger = new Uint8Array(index * 2)
  larger.set(array)
  return larger
}
