import { shown } from '../faults.ts'
import { type PersonFields, RowFault } from '../map/map.ts'
import type { Row } from '../row.ts'
import { textOf } from '../value.ts'

/** Systems write the first day of their calendar, such as 1900 or 1970, for no day. */
const noDay = '1970-01-01'

/** People and accounts whose last day has passed, where no status says more. */
export class Leavers {
  readonly #today: string
  readonly #left = new Set<string>()
  readonly #unread = new Set<string>()
  /** What is wrong with the first last day that is no date. */
  #example = ''

  constructor(today: string) {
    this.#today = today
  }

  /** Whether the row says that the last day of its person has passed. A text that is no date says nothing. */
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
    return hasLeft
  }

  /** Adds what people need to know of it. */
  report(warnings: string[]): void {
    const [first = ''] = this.#left
    const left = this.#left.size
    if (left > 0) {
      const who = left === 1 ? 'person or account is' : 'people or accounts are'
      warnings.push(
        `${left} ${who} disabled, such as ${shown(first)}: the last day in the row has passed, and the row has no status`,
      )
    }
    const unread = this.#unread.size
    if (unread > 0) {
      const who = unread === 1 ? 'person or account has' : 'people or accounts have'
      warnings.push(`${unread} ${who} a last day that is no date and disables nobody: ${this.#example}`)
    }
  }
}
