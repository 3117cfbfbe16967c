import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'
import { language } from './language.ts'
import { texts } from './texts.ts'

const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })

/** `Nov 3, 2026, 10:42`, in the time zone of the browser. */
export function formatTime(at: Timestamp | undefined): string {
  return at === undefined ? texts.noData : time.format(timestampDate(at))
}

const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })

/** `Nov 3, 2026`, in the time zone of the browser. */
export function formatDay(at: Timestamp | undefined): string {
  return at === undefined ? texts.noData : day.format(timestampDate(at))
}

const dataDay = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })

/** `Nov 3, 2026`: a day as the data have it, in any time zone of the browser. */
export function formatDataDay(at: Timestamp | undefined): string {
  return at === undefined ? texts.noData : dataDay.format(timestampDate(at))
}

/** The same for `2026-11-03`; for an empty text, the words for missing data. */
export function formatIsoDay(day: string): string {
  const time = new Date(day)
  return Number.isNaN(time.getTime()) ? day || texts.noData : dataDay.format(time)
}

const exact = new Intl.DateTimeFormat(language, {
  dateStyle: 'medium',
  timeStyle: 'long',
  hourCycle: 'h23',
})

/** `Nov 3, 2026, 10:42:07 GMT+1`, in the time zone of the browser. */
export function formatExactTime(at: Timestamp | undefined): string {
  return at === undefined ? texts.noData : exact.format(timestampDate(at))
}
