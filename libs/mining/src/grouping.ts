import { ScratchArray, sharedInt32, sharedUint32 } from './shared-arrays.ts'

/** People in groups: those of one group lie together in `members`. */
export interface Groups {
  readonly count: number
  /** Group of each person, -1 for none. */
  readonly of: Int32Array
  /** Group `g` is `members[offset[g] .. offset[g + 1])`, in ascending order. */
  readonly offset: Uint32Array
  readonly members: Uint32Array
  /** Groups that had fewer members than asked and were left out. */
  readonly tooSmall: number
  /** Members of the largest of those, 0 without any, and how many have as many. */
  readonly largestTooSmall: number
  readonly largestTooSmallCount: number
}

/** Kept from one combination to the next: fresh arrays would wait by the dozen for the garbage collector. */
const scratch = {
  provisional: new ScratchArray(),
  sizes: new ScratchArray(),
  renumbered: new ScratchArray(),
  numberOf: new ScratchArray(),
  slotGroup: new ScratchArray(),
  slotValue: new ScratchArray(),
}

/**
 * Splits the groups of `base` (or everyone) by one more column. Groups come in the order of their first member, so the
 * result depends on nothing but the input. Who was in no group stays in none: a group that is too small has no large part.
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

/** Gives each pair (base group, value) a number in order of appearance; returns how many there are. */
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
      // 0 means unseen, so numbers are stored plus one.
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
  // Read only where a slot has a number, so that what stands there from before does no harm.
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
