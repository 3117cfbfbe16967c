import type { IncomingHttpHeaders } from 'node:http'

/**
 * The fields of a call as `Headers`. To make a `Headers` takes longer than the rest of a small call, so it is made only when
 * fields are changed or listed; until then single fields are read from Node's object. `Headers` checks new fields as usual.
 */
export class LateHeaders implements Headers {
  readonly #fields: IncomingHttpHeaders | undefined
  #made: Headers | undefined

  /** @param fields fields of a message, with names in lower case as Node has them; pseudo fields of HTTP/2 are left out */
  constructor(fields?: IncomingHttpHeaders) {
    this.#fields = fields
  }

  /** Whether no field was ever set, so that there is nothing to list. */
  get isUntouched(): boolean {
    return this.#fields === undefined && this.#made === undefined
  }

  get(name: string): string | null {
    if (this.#made !== undefined) return this.#made.get(name)
    const key = name.toLowerCase()
    return this.#fields !== undefined && Object.hasOwn(this.#fields, key) ? textOf(key, this.#fields[key]) : null
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
    return this.isUntouched ? [] : this.#make().getSetCookie()
  }

  forEach(visit: (value: string, name: string, headers: Headers) => void, self?: unknown): void {
    for (const [name, value] of this) visit.call(self, value, name, this)
  }

  keys(): ReturnType<Headers['keys']> {
    return this.#listed().keys()
  }

  values(): ReturnType<Headers['values']> {
    return this.#listed().values()
  }

  entries(): ReturnType<Headers['entries']> {
    return this.#listed().entries()
  }

  [Symbol.iterator](): ReturnType<Headers['entries']> {
    return this.entries()
  }

  #listed(): Headers {
    return this.isUntouched ? none : this.#make()
  }

  #make(): Headers {
    if (this.#made !== undefined) return this.#made
    const made = new Headers()
    for (const name in this.#fields) {
      const text = textOf(name, this.#fields[name])
      if (text !== null) made.append(name, text)
    }
    this.#made = made
    return made
  }
}

/** Shared by all objects that have nothing to list; never changed. */
const none = new Headers()

// This makes `instanceof Headers` true. `extends Headers` would create a `Headers` for each object.
Object.setPrototypeOf(LateHeaders.prototype, Headers.prototype)

function textOf(name: string, value: string | string[] | undefined): string | null {
  if (value === undefined || name.startsWith(':')) return null
  return typeof value === 'string' ? value : value.join(', ')
}
