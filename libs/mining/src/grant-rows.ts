import { MiningError } from './mining-error.ts'

/** Grants in compressed sparse rows: row `r` is `rowValue[rowOffset[r] .. rowOffset[r + 1])`. */
export interface GrantRows {
  readonly rowOffset: Uint32Array
  readonly rowEntitlement: Uint32Array
  readonly lastUsedDay?: Uint16Array
}

/** The same grants by entitlement: the holders of each one, ascending. */
interface GrantColumns {
  readonly columnOffset: Uint32Array
  readonly columnIdentity: Uint32Array
}

/**
 * Builds rows from grants in any order, as three parallel arrays. Of duplicate grants one is kept, with the latest day. It uses two
 * counting sorts, first by entitlement, then by identity; they are stable, so each row ascends. The time is linear. The working memory is
 * 6 bytes a grant (10 with days), besides the input and the result.
 */
export function rowsFromGrants(
  counts: { readonly identityCount: number; readonly entitlementCount: number },
  grants: {
    readonly identity: Uint32Array
    readonly entitlement: Uint32Array
    readonly lastUsedDay?: Uint16Array | undefined
  },
): GrantRows {
  const { identity, entitlement, lastUsedDay } = grants
  const length = identity.length
  if (entitlement.length !== length) throw wrong('entitlement', `${length} elements`, entitlement.length)
  if (lastUsedDay !== undefined && lastUsedDay.length !== length) {
    throw wrong('lastUsedDay', `${length} elements`, lastUsedDay.length)
  }
  const columnNext = startsOf('entitlement', entitlement, counts.entitlementCount)
  const rowNext = startsOf('identity', identity, counts.identityCount)
  const byEntitlement = new Uint32Array(length)
  const dayByEntitlement = lastUsedDay === undefined ? undefined : new Uint16Array(length)
  for (let i = 0; i < length; i++) {
    const at = columnNext[entitlement[i]!]!++
    byEntitlement[at] = identity[i]!
    if (dayByEntitlement !== undefined && lastUsedDay !== undefined) dayByEntitlement[at] = lastUsedDay[i]!
  }
  const rowStart = rowNext.slice()
  const rowEntitlement = new Uint32Array(length)
  const days = lastUsedDay === undefined ? undefined : new Uint16Array(length)
  let at = 0
  for (let e = 0; e < counts.entitlementCount; e++) {
    // After the first pass `columnNext[e]` is the end of column e.
    for (const end = columnNext[e]!; at < end; at++) {
      const i = byEntitlement[at]!
      const last = rowNext[i]! - 1
      if (last >= rowStart[i]! && rowEntitlement[last] === e) {
        if (days !== undefined && dayByEntitlement !== undefined && dayByEntitlement[at]! > days[last]!) {
          days[last] = dayByEntitlement[at]!
        }
        continue
      }
      rowEntitlement[last + 1] = e
      if (days !== undefined && dayByEntitlement !== undefined) days[last + 1] = dayByEntitlement[at]!
      rowNext[i] = last + 2
    }
  }
  return closeGaps(rowStart, rowNext, rowEntitlement, days)
}

/** Duplicates that were dropped leave gaps at the ends of rows. This moves the rows together in place. */
function closeGaps(
  rowStart: Uint32Array,
  rowEnd: Uint32Array,
  rowEntitlement: Uint32Array,
  days: Uint16Array | undefined,
): GrantRows {
  const count = rowStart.length - 1
  const rowOffset = new Uint32Array(count + 1)
  let write = 0
  for (let i = 0; i < count; i++) {
    const start = rowStart[i]!
    const end = rowEnd[i]!
    if (write !== start) {
      rowEntitlement.copyWithin(write, start, end)
      days?.copyWithin(write, start, end)
    }
    write += end - start
    rowOffset[i + 1] = write
  }
  return {
    rowOffset,
    rowEntitlement: rowEntitlement.subarray(0, write),
    ...(days === undefined ? {} : { lastUsedDay: days.subarray(0, write) }),
  }
}

/** The first position of each value after sorting; the array has one element more than there are values. */
function startsOf(name: string, values: Uint32Array, count: number): Uint32Array {
  const starts = new Uint32Array(count + 1)
  for (let i = 0; i < values.length; i++) {
    if (values[i]! >= count) throw wrong(`${name}[${i}]`, `less than ${count}`, values[i]!)
    starts[values[i]! + 1]!++
  }
  for (let v = 0; v < count; v++) starts[v + 1]! += starts[v]!
  return starts
}

/** The holders of each entitlement, ascending; the transpose of the rows, by counting sort. */
export function transpose(snapshot: {
  readonly identityCount: number
  readonly entitlementCount: number
  readonly rowOffset: Uint32Array
  readonly rowEntitlement: Uint32Array
}): GrantColumns {
  const { identityCount, entitlementCount, rowOffset, rowEntitlement } = snapshot
  const columnOffset = new Uint32Array(entitlementCount + 1)
  const grantCount = rowEntitlement.length
  for (let at = 0; at < grantCount; at++) columnOffset[rowEntitlement[at]! + 1]!++
  for (let e = 0; e < entitlementCount; e++) columnOffset[e + 1]! += columnOffset[e]!
  const next = columnOffset.slice(0, entitlementCount)
  const columnIdentity = new Uint32Array(grantCount)
  for (let identity = 0; identity < identityCount; identity++) {
    const end = rowOffset[identity + 1]!
    for (let at = rowOffset[identity]!; at < end; at++) columnIdentity[next[rowEntitlement[at]!]!++] = identity
  }
  return { columnOffset, columnIdentity }
}

function wrong(field: string, expected: string, got: string | number): MiningError {
  return new MiningError('bad_snapshot', field, expected, got)
}
