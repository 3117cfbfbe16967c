import type { Snapshot } from '../snapshot.ts'

/** The days of last use of the grants. Days count from 1970-01-01. */
export interface LastUse {
  /** The number of grants with a known day of last use. */
  readonly known: number
  readonly grants: number
  /** The newest day that is not in the future; 0 without one. */
  readonly newestDay: number
  /** Grants whose last use is more than 90 days, and more than a year, before the newest day. */
  readonly olderThan90Days: number
  readonly olderThanYear: number
  /** Grants whose last use is after tomorrow, because of a wrong clock or a wrong date format. */
  readonly inFuture: number
}

export function lastUseOf({ lastUsedDay, grantCount }: Snapshot, today: number): LastUse {
  const none = { known: 0, grants: grantCount, newestDay: 0, olderThan90Days: 0, olderThanYear: 0, inFuture: 0 }
  if (lastUsedDay === undefined) return none
  const counts = countDays(lastUsedDay)
  let newestDay = 0
  let known = 0
  let inFuture = 0
  for (let day = 1; day < counts.length; day++) {
    known += counts[day]!
    // In time zones to the east it may already be tomorrow.
    if (day > today + 1) inFuture += counts[day]!
    else if (counts[day]! > 0) newestDay = day
  }
  const before = (limit: number) => {
    let sum = 0
    for (let day = 1; day < limit; day++) sum += counts[day]!
    return sum
  }
  return {
    known,
    grants: grantCount,
    newestDay,
    olderThan90Days: before(newestDay - 90),
    olderThanYear: before(newestDay - 365),
    inFuture,
  }
}

function countDays(days: Uint16Array): Uint32Array {
  const counts = new Uint32Array(0x10000)
  for (let at = 0; at < days.length; at++) counts[days[at]!]!++
  return counts
}
