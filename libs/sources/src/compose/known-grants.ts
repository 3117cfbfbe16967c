import type { GrantRule, Reference } from '../map/map.ts'
import { CellMemo, recalled, remembered } from '../read/cell-memo.ts'
import type { TableRows } from '../read/table-rows.ts'
import type { Row } from '../row.ts'
import { csvBytes } from './csv-text.ts'
import type { Directory } from './directory.ts'
import type { GrantTime } from './grant-time.ts'

/** A time as a file has it. */
export interface KnownText {
  readonly text: string
  readonly csv: Uint8Array
  /** What the sink of the grants has read of it. */
  time: GrantTime | undefined
}

/** A record that cells name, and its ids as a line of CSV has them. */
export interface KnownRecord {
  readonly ordinal: number
  readonly csv: Uint8Array
  /** How many records there were; more of them could change what is found. */
  readonly among: number
}

/** One object for all rows. */
export interface KnownGrant {
  person: KnownRecord
  entitlement: KnownRecord
  grantedAt: KnownText
  lastUsedAt: KnownText
}

export const nobody: KnownRecord = { ordinal: -1, csv: new Uint8Array(0), among: -1 }
export const nothing: KnownText = { text: '', csv: new Uint8Array(0), time: undefined }

/**
 * What the cells of the rows of a rule for grants gave before: each row is new, and its person, its entitlement and its days
 * come again and again. Only what a row with these cells must give again is remembered, faults and orphans are not.
 */
export class KnownGrants {
  readonly #directory: Directory
  readonly #rule: GrantRule
  readonly #isHeld = new CellMemo<true>()
  readonly #person = new CellMemo<KnownRecord>()
  readonly #entitlement = new CellMemo<KnownRecord>()
  readonly #grantedAt = new CellMemo<KnownText>()
  readonly #lastUsedAt = new CellMemo<KnownText>()
  readonly #found: KnownGrant = { person: nobody, entitlement: nobody, grantedAt: nothing, lastUsedAt: nothing }

  constructor(directory: Directory, rule: GrantRule) {
    this.#directory = directory
    this.#rule = rule
  }

  /** Valid until the next is found. */
  find(rows: TableRows, index: number): KnownGrant | undefined {
    if (this.#isHeld.find(rows, index) === undefined) return undefined
    const person = this.#person.find(rows, index)
    if (person === undefined || person.among !== this.#recordCount) return undefined
    const entitlement = this.#entitlement.find(rows, index)
    if (entitlement === undefined || entitlement.among !== this.#recordCount) return undefined
    const { grantedAt, lastUsedAt } = this.#rule
    const granted = grantedAt === undefined ? nothing : this.#grantedAt.find(rows, index)
    const used = lastUsedAt === undefined ? nothing : this.#lastUsedAt.find(rows, index)
    if (granted === undefined || used === undefined) return undefined
    const found = this.#found
    found.person = person
    found.entitlement = entitlement
    found.grantedAt = granted
    found.lastUsedAt = used
    return found
  }

  /** Watches `read`, and remembers that such rows are held unless it says why not. */
  held(row: Row, read: () => string | undefined): string | undefined {
    if (recalled(this.#isHeld, row) !== undefined) return undefined
    return remembered(this.#isHeld, row, read, (why) => (why === undefined ? true : undefined))
  }

  /** The ordinal of the person whom such a row named before. */
  knownPerson(row: Row): number | undefined {
    const person = recalled(this.#person, row)
    return person?.among === this.#recordCount ? person.ordinal : undefined
  }

  /** @param read gives the person's ordinal; -1 for others, who are not remembered */
  person<T>(row: Row, read: () => T, ordinalOf: (found: T) => number): T {
    return remembered(this.#person, row, read, (found) => {
      const ordinal = ordinalOf(found)
      const person = this.#directory.people[ordinal]
      return person === undefined ? undefined : { ordinal, csv: csvBytes([person.id]), among: this.#recordCount }
    })
  }

  /** @param read gives the entitlement's ordinal; -1 for none, which is not remembered */
  entitlement(row: Row, read: () => number): number {
    const entitlement = recalled(this.#entitlement, row)
    if (entitlement?.among === this.#recordCount) return entitlement.ordinal
    return remembered(this.#entitlement, row, read, (ordinal) => {
      const known = this.#directory.entitlements[ordinal]
      if (known === undefined) return undefined
      return { ordinal, csv: csvBytes([known.id, known.application]), among: this.#recordCount }
    })
  }

  grantedAt(row: Row, read: () => string): string {
    return recalled(this.#grantedAt, row)?.text ?? remembered(this.#grantedAt, row, read, knownText)
  }

  lastUsedAt(row: Row, read: () => string): string {
    return recalled(this.#lastUsedAt, row)?.text ?? remembered(this.#lastUsedAt, row, read, knownText)
  }

  get #recordCount(): number {
    return this.#directory.people.length + this.#directory.entitlements.length
  }
}

export function knownText(text: string): KnownText {
  return { text, csv: csvBytes([text]), time: undefined }
}

/** Whether the application of a grant has a part in whom it names. */
export function dependsOnApplication({ among, application }: Reference, hasAccounts: boolean): boolean {
  return (
    application === undefined && among.some((kind) => kind === 'entitlements' || (kind === 'accounts' && hasAccounts))
  )
}
