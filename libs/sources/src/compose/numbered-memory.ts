import { csvBytes } from './csv-text.ts'
import type { Directory } from './directory.ts'
import { type KnownGrant, type KnownRecord, type KnownText, knownText, nobody, nothing } from './known-grants.ts'
import type { NumberedRow, NumberedRows } from './numbered-rows.ts'

/**
 * What numbers of the grants of one load gave before; see `KnownGrants`, which knows cells instead. Who is no person and what is
 * found nowhere is not remembered.
 */
export class NumberedMemory {
  readonly #directory: Directory
  readonly #people: (KnownRecord | undefined)[] = []
  readonly #entitlements: (KnownRecord | undefined)[] = []
  readonly #times: (KnownText | undefined)[] = []
  readonly #found: KnownGrant = { person: nobody, entitlement: nobody, grantedAt: nothing, lastUsedAt: nothing }

  constructor(directory: Directory) {
    this.#directory = directory
  }

  /** Valid until the next is found. */
  find({ grants, texts }: NumberedRows, index: number): KnownGrant | undefined {
    const among = this.#recordCount
    const person = this.#people[grants.holder[index] ?? 0]
    if (person?.among !== among) return undefined
    const entitlement = this.#entitlements[grants.entitlement[index] ?? 0]
    if (entitlement?.among !== among) return undefined
    const found = this.#found
    found.person = person
    found.entitlement = entitlement
    found.grantedAt = this.#timeOf(texts.times, grants.grantedAt[index] ?? 0)
    found.lastUsedAt = this.#timeOf(texts.times, grants.lastUsedAt[index] ?? 0)
    return found
  }

  /** What a row came to, by ordinals of the directory. */
  remember({ rows, index }: NumberedRow, person: number, entitlement: number): void {
    const { grants } = rows
    const holder = this.#directory.people[person]
    const held = this.#directory.entitlements[entitlement]
    if (holder === undefined || held === undefined) return
    const among = this.#recordCount
    keep(this.#people, grants.holder[index] ?? 0, { ordinal: person, csv: csvBytes([holder.id]), among })
    const csv = csvBytes([held.id, held.application])
    keep(this.#entitlements, grants.entitlement[index] ?? 0, { ordinal: entitlement, csv, among })
  }

  #timeOf(texts: readonly string[], time: number): KnownText {
    let known = this.#times[time]
    if (known === undefined) {
      known = knownText(texts[time] ?? '')
      keep(this.#times, time, known)
    }
    return known
  }

  get #recordCount(): number {
    return this.#directory.people.length + this.#directory.entitlements.length
  }
}

/** Without a hole before it, so that the array stays one. */
function keep<T>(all: (T | undefined)[], at: number, value: T): void {
  while (all.length < at) all.push(undefined)
  all[at] = value
}
