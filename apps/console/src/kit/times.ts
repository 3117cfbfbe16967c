import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'

const time = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })

/** `Nov 3, 2026, 10:42`, in the time zone of the browser. */
export function formatTime(at: Timestamp | undefined): string {
  return at === undefined ? 'no data' : time.format(timestampDate(at))
}

const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

/** `Nov 3, 2026`, in the time zone of the browser. */
export function formatDay(at: Timestamp | undefined): string {
  return at === undefined ? 'no data' : day.format(timestampDate(at))
}

const exact = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium',
  timeStyle: 'long',
  hourCycle: 'h23',
})

/** `Nov 3, 2026, 10:42:07 GMT+1`, in the time zone of the browser. */
export function formatExactTime(at: Timestamp | undefined): string {
  return at === undefined ? 'no data' : exact.format(timestampDate(at))
}
