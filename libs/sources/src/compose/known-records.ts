import { CellMemo, recalled, remembered } from '../read/cell-memo.ts'
import type { TableRows } from '../read/table-rows.ts'
import type { Row } from '../row.ts'
import type { GrantRecord } from './records.ts'

interface NamedHolder {
  readonly holder: string
  readonly holderApplication: string
}

interface NamedEntitlement {
  readonly application: string
  readonly entitlement: string
}

/** Caches records of grants by their cells, since these repeat. Faults are not cached. */
export class KnownRecords {
  readonly #ends = new CellMemo<string>()
  readonly #holder = new CellMemo<NamedHolder>()
  readonly #entitlement = new CellMemo<NamedEntitlement>()
  readonly #grantedAt = new CellMemo<string>()
  readonly #lastUsedAt = new CellMemo<string>()

  /** The record of a row; undefined unless all of it is cached. */
  find(rows: TableRows, index: number, form: number): GrantRecord | undefined {
    const ends = this.#ends.find(rows, index)
    if (ends === undefined) return undefined
    const holder = this.#holder.find(rows, index)
    if (holder === undefined) return undefined
    const entitlement = this.#entitlement.find(rows, index)
    if (entitlement === undefined) return undefined
    const grantedAt = this.#grantedAt.find(rows, index)
    const lastUsedAt = this.#lastUsedAt.find(rows, index)
    if (grantedAt === undefined || lastUsedAt === undefined) return undefined
    return {
      form,
      holder: holder.holder,
      holderApplication: holder.holderApplication,
      application: entitlement.application,
      entitlement: entitlement.entitlement,
      grantedAt,
      lastUsedAt,
      ends,
    }
  }

  /** @param read returns undefined for a row that is not a grant */
  ends(row: Row, read: () => string | undefined): string | undefined {
    return recalled(this.#ends, row) ?? remembered(this.#ends, row, read, (ends) => ends)
  }

  holder(row: Row, read: () => NamedHolder): NamedHolder {
    return recalled(this.#holder, row) ?? remembered(this.#holder, row, read, (holder) => holder)
  }

  /** @param isSettled false for a result that must be computed again each time */
  entitlement(
    row: Row,
    read: () => NamedEntitlement,
    isSettled: (named: NamedEntitlement) => boolean,
  ): NamedEntitlement {
    return (
      recalled(this.#entitlement, row) ??
      remembered(this.#entitlement, row, read, (named) => (isSettled(named) ? named : undefined))
    )
  }

  grantedAt(row: Row, read: () => string): string {
    return recalled(this.#grantedAt, row) ?? remembered(this.#grantedAt, row, read, (text) => text)
  }

  lastUsedAt(row: Row, read: () => string): string {
    return recalled(this.#lastUsedAt, row) ?? remembered(this.#lastUsedAt, row, read, (text) => text)
  }
}
