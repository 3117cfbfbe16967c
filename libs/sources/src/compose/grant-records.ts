import { type Faults, shown } from '../faults.ts'
import { splitValue } from '../map/expressions.ts'
import type { GrantRule } from '../map/map.ts'
import type { TableRows } from '../read/table-rows.ts'
import type { Row } from '../row.ts'
import { listOf, textOf } from '../value.ts'
import { KnownRecords } from './known-records.ts'
import { ListsInCells } from './lists-in-cells.ts'
import { holderText, instantText, requireStorable } from './record-checks.ts'
import { fieldText, idText } from './record-values.ts'
import type { GrantRecord } from './records.ts'

interface GrantOptions {
  /** Characters that separate entitlements in one cell; '' means that cells are no lists; undefined reports cells that look like lists. */
  readonly split: string | undefined
  readonly today: string
  /** Rows that are not grants, counted by reason. */
  readonly leftOut: Map<string, number>
  /** Whether a rule of the source describes the entitlement. */
  readonly isDescribed: (application: string, entitlement: string) => boolean
}

/** Makes the records of one rule for grants from rows. */
export class GrantRecords {
  readonly rule: GrantRule
  readonly #form: number
  readonly #batch: GrantRecord[]
  readonly #options: GrantOptions
  readonly #lists: ListsInCells | undefined
  readonly #known = new KnownRecords()

  /** @param batch receives the records */
  constructor(rule: GrantRule, form: number, batch: GrantRecord[], options: GrantOptions) {
    this.rule = rule
    this.#form = form
    this.#batch = batch
    this.#options = options
    this.#lists = rule.mayBeList && options.split === undefined ? new ListsInCells() : undefined
  }

  /** Takes a row whose cells all occurred before; false when the row must be mapped. */
  takeKnown(rows: TableRows, index: number): boolean {
    const record = this.#known.find(rows, index, this.#form)
    if (record === undefined) return false
    this.#batch.push(record)
    return true
  }

  take(row: Row): void {
    const rule = this.rule
    const lists = this.#lists
    const known = this.#known
    const ends = known.ends(row, () => this.#endOf(row))
    if (ends === undefined) {
      this.#leaveOut(rule.notHeld?.(row) ?? 'it has ended')
      return
    }
    const applicationOf = () => {
      const application = rule.application === undefined ? '' : fieldText(rule.application(row))
      return application === '' ? '' : idText(application, 'application')
    }
    const application = applicationOf()
    const named = rule.entitlement.value(row)
    const values = rule.mayBeList && this.#options.split ? splitValue(named, this.#options.split, false) : named
    const held = listOf(values).filter((each) => textOf(each).trim() !== '')
    const { holder, holderApplication } = known.holder(row, () => {
      const of = rule.holder.application
      const texts = {
        holder: holderText(row, rule.holder),
        holderApplication: of === undefined ? '' : textOf(of(row)).trim(),
      }
      requireStorable([texts.holderApplication])
      return texts
    })
    if (held.length === 0) {
      this.#leaveOut('it names no entitlement')
      return
    }
    const grantedAt = known.grantedAt(row, () => instantText(row, rule.grantedAt, 'granted_at'))
    const lastUsedAt = known.lastUsedAt(row, () => instantText(row, rule.lastUsedAt, 'last_used_at'))
    const isDescribed = (one: { application: string; entitlement: string }) =>
      this.#options.isDescribed(one.application, one.entitlement)
    for (const value of held) {
      const read = () => ({ application, entitlement: idText(value, row.nameOf(rule.entitlement.column)) })
      const one =
        held.length > 1
          ? read()
          : known.entitlement(
              row,
              () => {
                // Both cells determine the entitlement, so both are read here.
                rule.entitlement.value(row)
                applicationOf()
                return read()
              },
              (named) => lists === undefined || isDescribed(named) || !ListsInCells.concerns(named.entitlement),
            )
      if (lists !== undefined && !isDescribed(one)) lists.take(holder, textOf(value), { part: row.part, at: row.at })
      const { entitlement } = one
      this.#batch.push({
        form: this.#form,
        holder,
        holderApplication,
        application,
        entitlement,
        grantedAt,
        lastUsedAt,
        ends,
      })
    }
  }

  /** The last day of a grant, empty for a grant without an end; undefined for a row that is not a held grant. */
  #endOf(row: Row): string | undefined {
    const { notHeld, ends: endOf } = this.rule
    if (notHeld?.(row) !== undefined) return undefined
    const ends = endOf === undefined ? '' : textOf(endOf(row)).slice(0, 10)
    return ends !== '' && ends < this.#options.today ? undefined : ends
  }

  /** Reports cells that look like lists, after all grants were read. */
  judgeLists(faults: Faults, warnings: string[]): void {
    const found = this.#lists?.found()
    if (found === undefined) return
    const { example, place, count, isSure } = found
    const isOne = count === 1
    const cells = `${count} ${isOne ? 'cell' : 'cells'} such as ${shown(example)}`
    if (isSure) {
      const reason = `${cells} ${isOne ? 'looks like a list' : 'look like lists'} of entitlements; say which characters separate them, such as "|;,", or "none" when each is one entitlement`
      faults.addFatal({ file: place.part, at: place.at, column: '', reason })
    } else warnings.push(`${cells} ${isOne ? 'is' : 'are'} taken as one entitlement each; a split separates lists`)
  }

  #leaveOut(reason: string): void {
    const { leftOut } = this.#options
    leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1)
  }
}
