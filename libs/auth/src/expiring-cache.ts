/**
 * A map with a limited number of entries, each with a time at which it ends. When it is full, the oldest entry is removed.
 * Times are of `Date.now()`.
 */
export class ExpiringCache<Key, Value> {
  readonly #entries = new Map<Key, { readonly value: Value; readonly until: number }>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: Key, now: number): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.until > now) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  set(key: Key, value: Value, until: number): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.#limit) {
      const oldest = this.#entries.keys().next()
      if (!oldest.done) this.#entries.delete(oldest.value)
    }
    this.#entries.set(key, { value, until })
  }
}
