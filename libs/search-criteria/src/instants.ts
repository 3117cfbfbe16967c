import type { Fragment, TenantSql } from '@assay/store'

// Both JavaScript and PostgreSQL accept every text that matches, except days after the end of a month.
const day = '(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])'
const time = String.raw`(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?`
const zone = '(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)'

/** A period from `start` to before `end`, in milliseconds since 1970. For a moment both are equal. */
export interface Period {
  readonly start: number
  readonly end: number
}

const dayLength = 86_400_000

/**
 * The period of an ISO 8601 text: a date means the whole day, and a text without a zone is UTC. Undefined for any other text,
 * and for days and times that do not exist.
 */
export function periodOf(text: string): Period | undefined {
  const parts = new RegExp(`^(${day})(?:[T ](${time})(${zone})?)?$`).exec(text)
  if (parts === null) return undefined
  const [, date = '', clock, offset = 'Z'] = parts
  const midnight = Date.parse(`${date}T00:00:00Z`)
  // `Date.parse` reads the 30th of February as the 1st of March.
  if (!new Date(midnight).toISOString().startsWith(date)) return undefined
  if (clock === undefined) return { start: midnight, end: midnight + dayLength }
  const full = offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(3).replace(':', '') || '00'}`
  const moment = Date.parse(`${date}T${clock}${full}`)
  return { start: moment, end: moment }
}

/** The same in SQL: the start of a text's period; null for any other text. */
export function startOf(sql: TenantSql, column: Fragment): Fragment {
  return sql`(
    select case
      when written !~ ${`^${day}(?:[T ]${time}${zone}?)?$`} then null
      when substr(written, 9, 2)::integer > extract(day from
        make_date(substr(written, 1, 4)::integer, substr(written, 6, 2)::integer, 1) + interval '1 month - 1 day') then null
      when length(written) = 10 then (written || 'T00:00:00Z')::timestamptz
      when written ~ ${`${zone}$`} then written::timestamptz
      else (written || 'Z')::timestamptz end
    from (select ${column}::text as written) as given)`
}
