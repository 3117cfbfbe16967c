import { type Timestamp, timestampFromDate } from '@bufbuild/protobuf/wkt'
import { InvalidArgumentError } from 'commander'

/** The time in an option. @throws InvalidArgumentError */
export function time(text: string): Timestamp {
  return timestampFromDate(date(text))
}

/** The time in an option, as a `Date`. @throws InvalidArgumentError */
export function date(text: string): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Give a time such as 2026-01-31 or 2026-01-31T08:00:00Z.')
  return at
}
