import type { GrantRule, Reference } from '../map/map.ts'
import { CellMemo, recalled, remembered } from '../read/cell-memo.ts'
import { CodedRow, type CodedRows } from '../read/coded-rows.ts'
import type { GrantTexts } from '../read/grant-codes.ts'
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

/** Results for the texts of stored grants, by their numbers. */
interface CodedGrants {
  readonly texts: GrantTexts
  readonly held: (boolean | undefined)[]
  readonly people: (KnownRecord | undefined)[]
  readonly entitlements: (KnownRecord | undefined)[]
  readonly granted: (KnownText | undefined)[]
  readonly used: (KnownText | undefined)[]
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
  #coded: CodedGrants | undefined
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

  /** The same for a stored grant. */
  findCoded(rows: CodedRows, index: number): KnownGrant | undefined {
    const { held, people, entitlements, granted, used } = this.#knownOf(rows)
    if (held[rows.endsOf(index)] !== true) return undefined
    const person = people[rows.holderOf(index)]
    if (person === undefined || person.among !== this.#recordCount) return undefined
    const entitlement = entitlements[rows.entitlementOf(index)]
    if (entitlement === undefined || entitlement.among !== this.#recordCount) return undefined
    const grantedAt = granted[rows.grantedAtOf(index)]
    const lastUsedAt = used[rows.lastUsedAtOf(index)]
    if (grantedAt === undefined || lastUsedAt === undefined) return undefined
    const found = this.#found
    found.person = person
    found.entitlement = entitlement
    found.grantedAt = grantedAt
    found.lastUsedAt = lastUsedAt
    return found
  }

  /** The results for the texts of stored grants. They begin again with other texts. */
  #knownOf({ texts }: CodedRows): CodedGrants {
    const before = this.#coded
    if (before !== undefined && before.texts === texts) return before
    const begun = { texts, held: [], people: [], entitlements: [], granted: [], used: [] }
    this.#coded = begun
    return begun
  }

  /** Calls `read` and watches the cells that it uses. It caches that such rows are held, unless `read` returns a reason. */
  held(row: Row, read: () => string | undefined): string | undefined {
    if (row instanceof CodedRow) {
      const why = read()
      if (why === undefined) put(this.#knownOf(row.rows).held, row.rows.endsOf(row.index), true)
      return why
    }
    if (recalled(this.#isHeld, row) !== undefined) return undefined
    return remembered(this.#isHeld, row, read, (why) => (why === undefined ? true : undefined))
  }

  /** The ordinal of the person whom a row with the same cells named before. */
  knownPerson(row: Row): number | undefined {
    const person =
      row instanceof CodedRow
        ? this.#knownOf(row.rows).people[row.rows.holderOf(row.index)]
        : recalled(this.#person, row)
    return person?.among === this.#recordCount ? person.ordinal : undefined
  }

  /** @param ordinalOf the person's ordinal; -1 for other holders, which are not cached */
  person<T>(row: Row, read: () => T, ordinalOf: (found: T) => number): T {
    const known = (found: T): KnownRecord | undefined => {
      const ordinal = ordinalOf(found)
      const person = this.#directory.people[ordinal]
      return person === undefined ? undefined : { ordinal, csv: csvBytes([person.id]), among: this.#recordCount }
    }
    if (!(row instanceof CodedRow)) return remembered(this.#person, row, read, known)
    const found = read()
    put(this.#knownOf(row.rows).people, row.rows.holderOf(row.index), known(found))
    return found
  }

  /** @param read returns the entitlement's ordinal; -1 for none, which is not cached */
  entitlement(row: Row, read: () => number): number {
    const before =
      row instanceof CodedRow
        ? this.#knownOf(row.rows).entitlements[row.rows.entitlementOf(row.index)]
        : recalled(this.#entitlement, row)
    if (before?.among === this.#recordCount) return before.ordinal
    const known = (ordinal: number): KnownRecord | undefined => {
      const found = this.#directory.entitlements[ordinal]
      if (found === undefined) return undefined
      return { ordinal, csv: csvBytes([found.id, found.application]), among: this.#recordCount }
    }
    if (!(row instanceof CodedRow)) return remembered(this.#entitlement, row, read, known)
    const found = read()
    put(this.#knownOf(row.rows).entitlements, row.rows.entitlementOf(row.index), known(found))
    return found
  }

  grantedAt(row: Row, read: () => string): string {
    if (row instanceof CodedRow) {
      return codedText(this.#knownOf(row.rows).granted, row.rows.grantedAtOf(row.index), read)
    }
    return recalled(this.#grantedAt, row)?.text ?? remembered(this.#grantedAt, row, read, knownText)
  }

  lastUsedAt(row: Row, read: () => string): string {
    if (row instanceof CodedRow) {
      return codedText(this.#knownOf(row.rows).used, row.rows.lastUsedAtOf(row.index), read)
    }
    return recalled(this.#lastUsedAt, row)?.text ?? remembered(this.#lastUsedAt, row, read, knownText)
  }

  get #recordCount(): number {
    return this.#directory.people.length + this.#directory.entitlements.length
  }
}

/** Without holes, which would make the list slow. */
function put<T>(list: (T | undefined)[], at: number, value: T | undefined): void {
  while (list.length < at) list.push(undefined)
  list[at] = value
}

function codedText(known: (KnownText | undefined)[], code: number, read: () => string): string {
  const before = known[code]
  if (before !== undefined) return before.text
  const text = read()
  put(known, code, knownText(text))
  return text
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
