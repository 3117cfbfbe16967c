import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'

/** `2026-01-31 14:20`, in UTC; empty without a time. */
export function minuteOf(time: Timestamp | undefined): string {
  return time === undefined ? '' : timestampDate(time).toISOString().slice(0, 16).replace('T', ' ')
}
