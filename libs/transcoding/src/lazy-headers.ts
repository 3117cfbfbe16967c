import type { IncomingHttpHeaders } from 'node:http'

/**
 * The header fields of a call as `Headers`. To make a `Headers` costs more than most calls in total, so it is made only when
 * fields are changed or listed; until then single fields are read from Node's object. It can be used wherever `Headers` can,
 * also in `new Headers(...)` and with `instanceof`.
 */
export class LazyHeaders implements Headers {
  #given: IncomingHttpHeaders | undefined
  #made: Headers | undefined

  /** @param given fields of a request, with names in lower case as Node has them; pseudo fields of HTTP/2 are left out */
  constructor(given?: IncomingHttpHeaders) {
    this.#given = given
  }

  /** Whether no field was ever set, so that there is nothing to list. */
  get isUntouched(): boolean {
    return this.#given === undefined && this.#made === undefined
  }

  get(name: string): string | null {
    if (this.#made !== undefined) return this.#made.get(name)
    if (this.#given === undefined) return null
    const key = name.toLowerCase()
    return Object.hasOwn(this.#given, key) ? fieldText(key, this.#given[key]) : null
  }

  has(name: string): boolean {
    return this.get(name) !== null
  }

  append(name: string, value: string): void {
    this.#make().append(name, value)
  }

  set(name: string, value: string): void {
    this.#make().set(name, value)
  }

  delete(name: string): void {
    if (!this.isUntouched) this.#make().delete(name)
  }

  getSetCookie(): string[] {
    return this.#make().getSetCookie()
  }

  forEach(visit: (value: string, name: string, headers: Headers) => void, self?: unknown): void {
    if (!this.isUntouched) for (const [name, value] of this.#make()) visit.call(self, value, name, this)
  }

  keys(): ReturnType<Headers['keys']> {
    return this.#make().keys()
  }

  values(): ReturnType<Headers['values']> {
    return this.#make().values()
  }

  entries(): ReturnType<Headers['entries']> {
    return (this.isUntouched ? none : this.#make()).entries()
  }

  [Symbol.iterator](): ReturnType<Headers['entries']> {
    return this.entries()
  }

  #make(): Headers {
    if (this.#made !== undefined) return this.#made
    const made = new Headers()
    for (const name in this.#given) {
      const text = fieldText(name, this.#given[name])
      if (text !== null) made.append(name, text)
    }
    this.#made = made
    return made
  }
}

/** Shared by all objects that have nothing to list. */
const none = new Headers()

// This makes `instanceof Headers` true. `extends Headers` would create a `Headers` for each object.
Object.setPrototypeOf(LazyHeaders.prototype, Headers.prototype)

function fieldText(name: string, value: string | string[] | undefined): string | null {
  if (value === undefined || name.charCodeAt(0) === 58) return null
  return typeof value === 'string' ? value : value.join(', ')
}
