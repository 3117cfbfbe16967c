import { shown } from '../faults.ts'
import { type PersonFields, RowFault } from '../map/map.ts'
import type { Row } from '../row.ts'
import { textOf } from '../value.ts'

/** Days up to this one mean that there is no last day: some systems write the first day of their calendar, such as 1900 or 1970. */
const noDay = '1970-01-01'

/** Counts the people and accounts that are disabled because their last day has passed. A status in the row decides before that. */
export class Leavers {
  readonly #today: string
  /** Those who leave before this day are reported: a load after their last day disables them, and nothing before. */
  readonly #inAYear: string
  /** Their last days. */
  readonly #leaving = new Map<string, string>()
  readonly #left = new Set<string>()
  readonly #unread = new Set<string>()
  /** The fault of the first last day that is not a date. */
  #example = ''

  constructor(today: string) {
    this.#today = today
    this.#inAYear = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`
  }

  /** Whether the last day in the row has passed. A text that is not a date is counted as unread, and the person has not left. */
  hasLeft(row: Row, { id, lastDay }: PersonFields): boolean {
    if (lastDay === undefined) return false
    let day: string
    try {
      day = textOf(lastDay(row)).slice(0, 10)
    } catch (error) {
      if (!(error instanceof RowFault)) throw error
      this.#unread.add(textOf(id(row)).trim())
      this.#example ||= error.message
      return false
    }
    const hasLeft = day > noDay && day < this.#today
    if (hasLeft) this.#left.add(textOf(id(row)).trim())
    else if (day >= this.#today && day < this.#inAYear) this.#leaving.set(textOf(id(row)).trim(), day)
    return hasLeft
  }

  /** Adds warnings for the people and accounts that are disabled, that will leave, and whose last day is not read. */
  report(warnings: string[]): void {
    const [first = ''] = this.#left
    const left = this.#left.size
    if (left > 0) {
      const who = left === 1 ? 'person or account is' : 'people or accounts are'
      warnings.push(
        `${left} ${who} disabled, such as ${shown(first)}: the last day in the row has passed, and the row has no status`,
      )
    }
    const [leaving] = [...this.#leaving].toSorted(([, one], [, other]) => (one < other ? -1 : 1))
    if (leaving !== undefined) {
      const [id, day] = leaving
      const count = this.#leaving.size
      warnings.push(
        count === 1
          ? `1 person or account has a last day within a year, ${shown(id)} on ${day}, and stays enabled until a load after that day`
          : `${count} people or accounts have a last day within a year, the first ${shown(id)} on ${day}, and stay enabled until a load after their last day`,
      )
    }
    const unread = this.#unread.size
    if (unread > 0) {
      const who = unread === 1 ? 'person or account has' : 'people or accounts have'
      warnings.push(`${unread} ${who} a last day that is not a date and disables nobody: ${this.#example}`)
    }
  }
}
