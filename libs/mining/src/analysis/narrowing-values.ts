import { eachValue } from '../attribute-lists.ts'
import type { Snapshot, SnapshotAttribute } from '../snapshot.ts'
import type { Coverage } from './coverage.ts'

/** A value of some members of a cohort who share more entitlements than the whole cohort. */
export interface NarrowingValue {
  readonly attribute: string
  readonly value: string
  readonly people: number
  /** Entitlements that at least 80 % of these members share, but fewer of the cohort. */
  readonly moreShared: number
}

const sharedPercent = 80
/** Smaller groups share many entitlements by chance. */
const leastPeople = 5
const mostValues = 8
/** The number of values tested for each attribute: those with the most members. */
const mostTried = 12

/**
 * The values by which the members would share more entitlements: the values that add the most first, then those with the most people,
 * then in the order of the data. Attributes of the cohort's conditions are excluded.
 */
export function narrowingValues(
  snapshot: Snapshot,
  members: Uint32Array,
  coverage: Coverage,
  used: ReadonlySet<string>,
): readonly NarrowingValue[] {
  if (members.length <= leastPeople) return []
  const isShared = new Uint8Array(snapshot.entitlementCount)
  for (let rank = 0; rank < coverage.entitlement.length; rank++)
    if (isSharedBy(coverage.count[rank]!, members.length)) isShared[coverage.entitlement[rank]!] = 1
  const counts = new Uint32Array(snapshot.entitlementCount)
  const found: NarrowingValue[] = []
  for (const attribute of snapshot.attributes) {
    if (used.has(attribute.key)) continue
    for (const [value, group] of largestGroups(attribute, members)) {
      const moreShared = countMoreShared(snapshot, group, isShared, counts)
      if (moreShared > 0)
        found.push({ attribute: attribute.key, value: attribute.values[value]!, people: group.length, moreShared })
    }
  }
  // The sort is stable, so it keeps the order of the data.
  return found.sort((a, b) => b.moreShared - a.moreShared || b.people - a.people).slice(0, mostValues)
}

function isSharedBy(holders: number, people: number): boolean {
  return holders * 100 >= people * sharedPercent
}

/** Groups of members with one value each: at least five members, but not all of them. */
function largestGroups(attribute: SnapshotAttribute, members: Uint32Array): (readonly [number, readonly number[]])[] {
  const groups = new Map<number, number[]>()
  for (const member of members)
    eachValue(attribute, member, (value) => {
      const group = groups.get(value)
      if (group === undefined) groups.set(value, [member])
      else group.push(member)
    })
  return [...groups]
    .filter(([, { length }]) => length >= leastPeople && length < members.length)
    .sort(([one, a], [other, b]) => b.length - a.length || one - other)
    .slice(0, mostTried)
}

function countMoreShared(
  { rowOffset, rowEntitlement }: Snapshot,
  group: readonly number[],
  isShared: Uint8Array,
  counts: Uint32Array,
): number {
  const touched: number[] = []
  for (const member of group)
    for (let at = rowOffset[member]!, end = rowOffset[member + 1]!; at < end; at++) {
      const one = rowEntitlement[at]!
      if (counts[one]!++ === 0) touched.push(one)
    }
  let more = 0
  for (const one of touched) {
    if (isShared[one] === 0 && isSharedBy(counts[one]!, group.length)) more++
    counts[one] = 0
  }
  return more
}
