import { ScratchArray, sharedInt32, sharedUint32 } from './shared-arrays.ts'

/** People in groups. The members of a group are adjacent in `members`. */
export interface Groups {
  readonly count: number
  /** The group of each person, -1 for none. */
  readonly of: Int32Array
  /** The members of group `g`: `members[offset[g] .. offset[g + 1])`, in ascending order. */
  readonly offset: Uint32Array
  readonly members: Uint32Array
  /** The number of groups that were dropped because they had fewer members than required. */
  readonly tooSmall: number
  /** The size of the largest dropped group (0 if there is none), and the number of dropped groups of that size. */
  readonly largestTooSmall: number
  readonly largestTooSmallCount: number
}

/** Memory that is reused for each combination. Dozens of new arrays would wait for the garbage collector. */
const scratch = {
  provisional: new ScratchArray(),
  sizes: new ScratchArray(),
  renumbered: new ScratchArray(),
  numberOf: new ScratchArray(),
  slotGroup: new ScratchArray(),
  slotValue: new ScratchArray(),
}

/**
 * Splits the groups of `base` (or all people) by one more column. Groups are in the order of their first member, so the result depends
 * only on the input. A person without a group stays without one: a part of a group that is too small is too small as well.
 */
export function splitGroups(base: Groups | undefined, column: Int32Array, valueCount: number, minSize: number): Groups {
  const personCount = column.length
  const provisional = scratch.provisional.filled(personCount, -1)
  const sizes = scratch.sizes.filled(personCount + 1, 0)
  const found = numberPairs(base, column, valueCount, provisional, sizes)
  const renumbered = scratch.renumbered.filled(found, -1)
  let count = 0
  let memberCount = 0
  let largestTooSmall = 0
  let largestTooSmallCount = 0
  for (let g = 0; g < found; g++) {
    if (sizes[g]! >= minSize) {
      renumbered[g] = count++
      memberCount += sizes[g]!
    } else {
      if (sizes[g]! > largestTooSmall) {
        largestTooSmall = sizes[g]!
        largestTooSmallCount = 0
      }
      if (sizes[g] === largestTooSmall) largestTooSmallCount++
    }
  }
  const offset = sharedUint32(count + 1)
  for (let g = 0; g < found; g++) if (renumbered[g]! >= 0) offset[renumbered[g]! + 1] = sizes[g]!
  for (let g = 0; g < count; g++) offset[g + 1]! += offset[g]!
  const next = offset.slice()
  const of = sharedInt32(personCount)
  const members = sharedUint32(memberCount)
  for (let person = 0; person < personCount; person++) {
    const group = provisional[person]! < 0 ? -1 : renumbered[provisional[person]!]!
    of[person] = group
    if (group >= 0) members[next[group]!++] = person
  }
  return { count, of, offset, members, tooSmall: found - count, largestTooSmall, largestTooSmallCount }
}

/** Numbers each pair (base group, value) in order of appearance. Returns the number of pairs. */
function numberPairs(
  base: Groups | undefined,
  column: Int32Array,
  valueCount: number,
  provisional: Int32Array,
  sizes: Int32Array,
): number {
  const personCount = column.length
  const pairCount = (base?.count ?? 1) * valueCount
  let found = 0
  if (pairCount <= personCount * 4 + 1024) {
    const numberOf = scratch.numberOf.filled(pairCount, 0)
    for (let person = 0; person < personCount; person++) {
      const group = base === undefined ? 0 : base.of[person]!
      const value = column[person]!
      if (group < 0 || value < 0) continue
      const key = group * valueCount + value
      // 0 means not seen yet, so the stored numbers are one higher.
      let number = numberOf[key]!
      if (number === 0) {
        number = ++found
        numberOf[key] = number
      }
      provisional[person] = number - 1
      sizes[number - 1]!++
    }
    return found
  }
  let capacity = 1024
  while (capacity < personCount * 2) capacity *= 2
  const slotNumber = scratch.numberOf.filled(capacity, 0)
  // A slot is read only where it has a number, so old contents do no harm.
  const slotGroup = scratch.slotGroup.asItIs(capacity)
  const slotValue = scratch.slotValue.asItIs(capacity)
  for (let person = 0; person < personCount; person++) {
    const group = base === undefined ? 0 : base.of[person]!
    const value = column[person]!
    if (group < 0 || value < 0) continue
    let slot = Math.imul(Math.imul(group, 0x9e3779b1) ^ value, 0x85ebca6b)
    slot = (slot ^ (slot >>> 15)) & (capacity - 1)
    while (slotNumber[slot] !== 0 && (slotGroup[slot] !== group || slotValue[slot] !== value)) {
      slot = (slot + 1) & (capacity - 1)
    }
    if (slotNumber[slot] === 0) {
      slotNumber[slot] = ++found
      slotGroup[slot] = group
      slotValue[slot] = value
    }
    provisional[person] = slotNumber[slot]! - 1
    sizes[slotNumber[slot]! - 1]!++
  }
  return found
}
