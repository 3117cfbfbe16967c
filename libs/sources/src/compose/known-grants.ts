import type { GrantRule, Reference } from '../map/map.ts'
import { CellMemo, recalled, remembered } from '../read/cell-memo.ts'
import type { TableRows } from '../read/table-rows.ts'
import type { Row } from '../row.ts'
import { csvBytes } from './csv-text.ts'
import type { Directory } from './directory.ts'
import type { GrantTime } from './grant-time.ts'

/** A time in the form of a file. */
interface KnownText {
  readonly text: string
  readonly csv: Uint8Array
  /** The time that the sink of the grants parsed from it. */
  time: GrantTime | undefined
}

/** A record that cells name, and its ids in the form of a CSV line. */
interface KnownRecord {
  readonly ordinal: number
  readonly csv: Uint8Array
  /** The number of records at that time; further records could change the result. */
  readonly among: number
}

/** One object, reused for all rows. */
export interface KnownGrant {
  person: KnownRecord
  entitlement: KnownRecord
  grantedAt: KnownText
  lastUsedAt: KnownText
}

const nobody: KnownRecord = { ordinal: -1, csv: new Uint8Array(0), among: -1 }
const nothing: KnownText = { text: '', csv: new Uint8Array(0), time: undefined }

/**
 * Caches the results of the cells of a rule for grants: each row is new, but its person, entitlement and days repeat. It caches
 * only results that a row with the same cells must have again, not faults and orphans.
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

  /** Valid until the next call. */
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

  /** Calls `read` and watches the cells that it uses. It caches that such rows are held, unless `read` returns a reason. */
  held(row: Row, read: () => string | undefined): string | undefined {
    if (recalled(this.#isHeld, row) !== undefined) return undefined
    return remembered(this.#isHeld, row, read, (why) => (why === undefined ? true : undefined))
  }

  /** The ordinal of the person whom a row with the same cells named before. */
  knownPerson(row: Row): number | undefined {
    const person = recalled(this.#person, row)
    return person?.among === this.#recordCount ? person.ordinal : undefined
  }

  /** @param ordinalOf the person's ordinal; -1 for other holders, which are not cached */
  person<T>(row: Row, read: () => T, ordinalOf: (found: T) => number): T {
    return remembered(this.#person, row, read, (found) => {
      const ordinal = ordinalOf(found)
      const person = this.#directory.people[ordinal]
      return person === undefined ? undefined : { ordinal, csv: csvBytes([person.id]), among: this.#recordCount }
    })
  }

  /** @param read returns the entitlement's ordinal; -1 for none, which is not cached */
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

function knownText(text: string): KnownText {
  return { text, csv: csvBytes([text]), time: undefined }
}

/** Whether the application of a grant affects which holder the reference names. */
export function dependsOnApplication({ among, application }: Reference, hasAccounts: boolean): boolean {
  return (
    application === undefined && among.some((kind) => kind === 'entitlements' || (kind === 'accounts' && hasAccounts))
  )
}
