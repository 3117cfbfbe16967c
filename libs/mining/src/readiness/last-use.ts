import type { Snapshot } from '../snapshot.ts'

/** What grants say of their last use. Days count from 1970-01-01. */
export interface LastUse {
  /** Grants with a known day of last use, of all. */
  readonly known: number
  readonly grants: number
  /** The newest day that is not in the future; 0 without any. */
  readonly newestDay: number
  /** Grants whose last use is longer than 90 days, and longer than a year, before the newest day. */
  readonly olderThan90Days: number
  readonly olderThanYear: number
  /** Grants whose last use is after tomorrow: wrong clocks, or a wrong form of the date. */
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
    // Clocks east of us have tomorrow's date already.
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
