import type { GrantRows } from './grant-rows.ts'

/** Grants that were added, ended or used on another day, ordered by identity, then by entitlement, without duplicates. */
export interface RowChanges {
  /** Ordinals in the snapshot. */
  readonly identity: Uint32Array
  readonly entitlement: Uint32Array
  /** The day of the last use, in days since 1970-01-01; 0 when unknown; -1 when the grant ends. */
  readonly day: Int32Array
}

/**
 * Applies changes to grant rows. The result equals the rows built from all grants after the changes. Rows between two changes are copied
 * as one piece, so the time is that of copying the arrays.
 */
export function changedRows(before: GrantRows, { identity, entitlement, day }: RowChanges): GrantRows {
  const { rowOffset } = before
  const daysBefore = before.lastUsedDay ?? new Uint16Array(before.rowEntitlement.length)
  let most = before.rowEntitlement.length
  for (const one of day) if (one >= 0) most++
  const nextOffset = new Uint32Array(rowOffset.length)
  const nextEntitlement = new Uint32Array(most)
  const nextDay = new Uint16Array(most)
  let read = 0
  let write = 0
  let row = 0
  const copyUntil = (end: number) => {
    nextEntitlement.set(before.rowEntitlement.subarray(read, end), write)
    nextDay.set(daysBefore.subarray(read, end), write)
    write += end - read
    read = end
  }
  /** Ends all rows before `next`. */
  const endRowsBefore = (next: number) => {
    for (; row < next; row++) {
      const end = rowOffset[row + 1]!
      nextOffset[row + 1] = write + (end - read)
    }
    copyUntil(rowOffset[next]!)
  }
  for (let at = 0; at < identity.length; ) {
    const changed = identity[at]!
    endRowsBefore(changed)
    const end = rowOffset[changed + 1]!
    for (; at < identity.length && identity[at] === changed; at++) {
      let place = read
      while (place < end && before.rowEntitlement[place]! < entitlement[at]!) place++
      copyUntil(place)
      // The grant before the change.
      if (read < end && before.rowEntitlement[read] === entitlement[at]) read++
      if (day[at]! < 0) continue
      nextEntitlement[write] = entitlement[at]!
      nextDay[write++] = day[at]!
    }
  }
  endRowsBefore(rowOffset.length - 1)
  return {
    rowOffset: nextOffset,
    rowEntitlement: nextEntitlement.subarray(0, write),
    lastUsedDay: nextDay.subarray(0, write),
  }
}
