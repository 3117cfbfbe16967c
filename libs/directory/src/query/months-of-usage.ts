import type { Page } from '@assay/collection-query'
import type { TenantSql } from '@assay/store'

/** The usage of one month; `month` is its first day (`2025-01-01`). */
interface MonthOfUsage {
  readonly month: string
  /** The days of usage in the month: of one account, or the average of the accounts that were used at all. */
  readonly days: number
}

interface MonthsQuery {
  readonly oldestFirst: boolean
  readonly page: Page
}

interface Months {
  readonly months: readonly MonthOfUsage[]
  readonly total: number
}

/** The months in which an identity used an application; at most twelve. */
export async function monthsOfAccount(
  sql: TenantSql,
  { identityKey, applicationKey }: { readonly identityKey: number; readonly applicationKey: number },
  query: MonthsQuery,
): Promise<Months> {
  const rows = await sql<MonthOfUsage[]>`
    select ${month(sql)} as month, get_byte(days, place) as days
    from usage_by_month cross join lateral generate_series(0, length(days) - 1) place
    where identity_key = ${identityKey} and application_key = ${applicationKey} and get_byte(days, place) > 0
    order by month`
  return pageOf(rows, query)
}

/** The months in which an identity used an application, for all identities; at most twelve. */
export async function monthsOfApplication(sql: TenantSql, applicationKey: number, query: MonthsQuery): Promise<Months> {
  const rows = await sql<MonthOfUsage[]>`
    select ${month(sql)} as month, avg(get_byte(days, place))::float8 as days
    from usage_by_month cross join lateral generate_series(0, length(days) - 1) place
    where application_key = ${applicationKey} and get_byte(days, place) > 0
    group by 1 order by 1`
  return pageOf(rows, query)
}

function month(sql: TenantSql) {
  return sql`(first_month + make_interval(months => place))::date::text`
}

function pageOf(rows: readonly MonthOfUsage[], { oldestFirst, page }: MonthsQuery): Months {
  const ordered = oldestFirst ? rows : rows.toReversed()
  return { months: ordered.slice(page.offset, page.offset + page.limit), total: rows.length }
}
