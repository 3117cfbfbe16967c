import type { TenantSql } from '@assay/store'
import { parseDay } from '../csv/instant.ts'
import { shown } from './faults.ts'
import { IncomingTable } from './incoming-table.ts'
import type { LoadedApplications } from './load-applications.ts'
import type { LoadedIdentities } from './load-identities.ts'
import type { Loading } from './loading.ts'
import { readCsv } from './read-csv.ts'
import { storeUsageByMonth } from './usage-by-month.ts'

const file = 'usage.csv'
const tableColumns = ['tenant_id', 'identity_key', 'application_key', 'days_used', 'last_day']

/** Usage counts the days of this window. It ends with the newest day of the file, at most today. */
const usageWindowDays = 90

const dayBits = 0x10000

/** The usage in an import. */
export interface LoadedUsage {
  /** The number of rows of usage.csv without faults. */
  readonly rowCount: number
  /** The last day of the window (`2025-01-31`); undefined without usage. */
  readonly through: string | undefined
}

/** Replaces the tenant's usage, and the newest day of usage of each application. Without usage.csv there is none. */
export async function loadUsage(
  loading: Loading,
  identities: LoadedIdentities,
  applications: LoadedApplications,
): Promise<LoadedUsage> {
  const { sql, tenantId, faults, today } = loading
  await sql`delete from usage`
  await sql`delete from usage_by_month`
  await sql`update applications set usage_through = null where usage_through is not null`
  if (!loading.has(file)) return { rowCount: 0, through: undefined }
  // Identity, application and day in one number, which sorts in that order: 2^53 suffices for 137 billion pairs.
  let facts = new Float64Array(1024)
  let count = 0
  // The newest day of each application, and of all. Time zones east of UTC already have tomorrow's date. A later day is a mistake,
  // and one such row would move the window away from all other rows.
  const newestOf = new Int32Array(applications.keys.size)
  let newest = 0
  const applicationCount = applications.keys.size + 1
  await readCsv(loading, file, (columns) => {
    const identityId = columns.of('identity_id')
    const applicationId = columns.of('application_id')
    const dayField = columns.of('day')
    return (row) => {
      const { bytes, starts, ends } = row
      const identity = identities.keys.findPresent(bytes, starts[identityId]!, ends[identityId]!)
      if (identity < 0) {
        return faults.addCell(file, row, identityId, () => `there is no identity ${shown(row.text(identityId))}`)
      }
      const application = applications.keys.findPresent(bytes, starts[applicationId]!, ends[applicationId]!)
      if (application < 0) {
        const reason = () => `there is no application ${shown(row.text(applicationId))}`
        return faults.addCell(file, row, applicationId, reason)
      }
      const day = parseDay(bytes, starts[dayField]!, ends[dayField]!)
      if (!(day >= 1 && day < dayBits)) {
        return faults.addCell(file, row, dayField, () => `day: ${shown(row.text(dayField))} is not a date (2025-01-31)`)
      }
      if (day > today + 1) {
        const reason = () => `day: ${shown(row.text(dayField))} is in the future; today is ${dateText(today)}`
        return faults.addCell(file, row, dayField, reason)
      }
      if (count === facts.length) {
        const larger = new Float64Array(count * 2)
        larger.set(facts)
        facts = larger
      }
      facts[count++] = (identity * applicationCount + application) * dayBits + day
      if (day > newestOf[application]!) newestOf[application] = day
      if (day > newest) newest = day
    }
  })
  facts = facts.subarray(0, count).sort()
  const end = Math.min(newest, today)
  const incoming = await IncomingTable.open(sql, 'usage', tableColumns)
  const { rows } = incoming.copy
  for (let at = 0; at < count; ) {
    const pair = Math.floor(facts[at]! / dayBits)
    let days = 0
    let lastDay = 0
    for (; at < count && Math.floor(facts[at]! / dayBits) === pair; at++) {
      const day = facts[at]! % dayBits
      if (day === lastDay || day > end) continue
      lastDay = day
      if (day > end - usageWindowDays) days++
    }
    if (days === 0) continue
    rows.row(tableColumns.length)
    rows.int32(tenantId)
    rows.int32(identities.keys.keyOf(Math.floor(pair / applicationCount)))
    rows.int32(applications.keys.keyOf(pair % applicationCount))
    rows.int16(days)
    rows.date(lastDay)
    if (rows.length > 512 * 1024) await incoming.copy.flush()
  }
  await incoming.finish()
  await incoming.insert()
  const usage = { facts, dayBits, applicationCount, end }
  if (count > 0) await storeUsageByMonth(sql, tenantId, usage, identities.keys, applications.keys)
  await storeReach(sql, applications, newestOf, end)
  return { rowCount: count, through: count === 0 ? undefined : dateText(end) }
}

/** Stores the newest day of usage for each application with usage; at most `end`. */
async function storeReach(
  sql: TenantSql,
  { keys }: LoadedApplications,
  newestOf: Int32Array,
  end: number,
): Promise<void> {
  const used = Array.from(newestOf.keys()).filter((application) => newestOf[application]! > 0)
  await sql`
    update applications set usage_through = reach.day
    from unnest(${used.map((application) => keys.keyOf(application))}::integer[],
      ${used.map((application) => dateText(Math.min(newestOf[application]!, end)))}::date[]) reach (key, day)
    where applications.key = reach.key`
}

/** `2025-01-31` */
function dateText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}
