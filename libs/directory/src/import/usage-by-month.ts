import type { TenantSql } from '@assay/store'
import { IncomingTable } from './incoming-table.ts'
import type { KeyTable } from './key-table.ts'

const tableColumns = ['tenant_id', 'identity_key', 'application_key', 'first_month', 'days']

const mostMonths = 12
const dayMs = 86_400_000

/** Days of usage; a day may be repeated. */
interface UsageFacts {
  /** Identity, application and day in one number, ascending; see `loadUsage`. */
  readonly facts: Float64Array
  readonly dayBits: number
  readonly applicationCount: number
  /** The newest day that counts, in days since 1970. */
  readonly end: number
}

/** Replaces the tenant's usage by month: the twelve months that end with the month of the newest day. */
export async function storeUsageByMonth(
  sql: TenantSql,
  tenantId: number,
  { facts, dayBits, applicationCount, end }: UsageFacts,
  identities: KeyTable,
  applications: KeyTable,
): Promise<void> {
  const months = new Months(end)
  const incoming = await IncomingTable.open(sql, 'usage_by_month', tableColumns)
  const { rows } = incoming.copy
  const counts = new Uint8Array(mostMonths)
  for (let at = 0; at < facts.length; ) {
    const pair = Math.floor(facts[at]! / dayBits)
    let first = mostMonths
    let last = -1
    let lastDay = 0
    for (; at < facts.length && Math.floor(facts[at]! / dayBits) === pair; at++) {
      const day = facts[at]! % dayBits
      if (day === lastDay || day < months.firstDay || day > end) continue
      lastDay = day
      const month = months.of(day)
      if (last < 0) first = month
      last = month
      counts[month]!++
    }
    if (last < 0) continue
    rows.row(tableColumns.length)
    rows.int32(tenantId)
    rows.int32(identities.keyOf(Math.floor(pair / applicationCount)))
    rows.int32(applications.keyOf(pair % applicationCount))
    rows.date(months.firstDayOf(first))
    rows.bytes(counts, first, last + 1)
    counts.fill(0)
    if (rows.length > 512 * 1024) await incoming.copy.flush()
  }
  await incoming.finish()
  await incoming.insert()
}

/** The months for which usage is counted, from 0. */
class Months {
  readonly firstDay: number
  readonly #firstDays: readonly number[]
  readonly #monthOf: Uint8Array

  constructor(end: number) {
    const newest = new Date(end * dayMs)
    this.#firstDays = Array.from({ length: mostMonths }, (_, month) => {
      const index = newest.getUTCMonth() - (mostMonths - 1) + month
      return Date.UTC(newest.getUTCFullYear(), index, 1) / dayMs
    })
    this.firstDay = this.firstDayOf(0)
    this.#monthOf = Uint8Array.from({ length: end - this.firstDay + 1 }, (_, days) => {
      const day = this.firstDay + days
      return this.#firstDays.findLastIndex((first) => first <= day)
    })
  }

  of(day: number): number {
    return this.#monthOf[day - this.firstDay]!
  }

  firstDayOf(month: number): number {
    return this.#firstDays[month] ?? 0
  }
}
