import { eachValue } from '../attribute-lists.ts'
import type { Snapshot, SnapshotAttribute } from '../snapshot.ts'
import type { Coverage } from './coverage.ts'

/** One attribute of a cohort with its values, by which the cohort could be narrowed. */
export interface Facet {
  readonly attribute: string
  /**
   * The most frequent first, then by value. For a list, a member counts for each of its values, so the sum of the counts may exceed the
   * number of members.
   */
  readonly values: readonly { readonly value: string; readonly userCount: number }[]
  /** Whether there are more values than `values` has. */
  readonly valuesTruncated: boolean
  /**
   * How much of the differences in access inside the cohort the attribute explains, 0 to 1: the variance between its values divided by
   * the whole variance, minus the share that as many random values would explain. For a list, it is that of the value whose holders
   * differ the most from all other members.
   */
  readonly sharpness: number
}

/** The facets of `members`, the sharpest first, then by key. Attributes without any value among the members are omitted. */
export function facetsOf(
  snapshot: Snapshot,
  members: Uint32Array,
  coverage: Coverage,
  options: { readonly maxValues: number },
): Facet[] {
  const facets: Facet[] = []
  for (const attribute of snapshot.attributes) {
    const groups = groupByValue(attribute, members)
    if (groups.size === 0) continue
    const counted = [...groups].map(([value, group]) => ({ value: attribute.values[value]!, userCount: group.length }))
    counted.sort((a, b) => b.userCount - a.userCount || (a.value < b.value ? -1 : 1))
    facets.push({
      attribute: attribute.key,
      values: counted.slice(0, options.maxValues),
      valuesTruncated: counted.length > options.maxValues,
      sharpness:
        attribute.lists === undefined
          ? sharpnessOf(snapshot, members, [...groups.values()], coverage)
          : sharpestValue(snapshot, members, [...groups.values()], coverage),
    })
  }
  return facets.sort((a, b) => b.sharpness - a.sharpness || (a.attribute < b.attribute ? -1 : 1))
}

function groupByValue(attribute: SnapshotAttribute, members: Uint32Array): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const member of members) {
    eachValue(attribute, member, (value) => {
      const group = groups.get(value)
      if (group === undefined) groups.set(value, [member])
      else group.push(member)
    })
  }
  return groups
}

/** The number of values of a list whose sharpness is computed. Each takes a pass over the entitlements. */
const mostAsked = 32

/**
 * The largest sharpness of a single value. Members may have several values of a list, so each of the most common values is tested alone.
 */
function sharpestValue(
  snapshot: Snapshot,
  members: Uint32Array,
  groups: readonly (readonly number[])[],
  coverage: Coverage,
): number {
  const asked = groups.toSorted((a, b) => b.length - a.length).slice(0, mostAsked)
  return Math.max(...asked.map((group) => sharpnessOf(snapshot, members, [group], coverage)))
}

/** The adjusted share of explained variance. Members without a value form a group that also explains variance. */
function sharpnessOf(
  snapshot: Snapshot,
  members: Uint32Array,
  groups: readonly (readonly number[])[],
  { entitlement, count }: Coverage,
): number {
  const size = members.length
  let whole = 0
  const mean = new Float64Array(snapshot.entitlementCount)
  const isConsidered = new Uint8Array(snapshot.entitlementCount)
  let sumOfSquares = 0
  for (let rank = 0; rank < entitlement.length; rank++) {
    const share = count[rank]! / size
    whole += count[rank]! * (1 - share)
    mean[entitlement[rank]!] = share
    isConsidered[entitlement[rank]!] = 1
    sumOfSquares += share * share
  }
  if (whole === 0) return 0
  const counts = new Uint32Array(snapshot.entitlementCount)
  const touched: number[] = []
  let between = 0
  let grouped = 0
  let groupCount = 0
  const rest = new Float64Array(snapshot.entitlementCount)
  for (const group of groups) {
    countGroup(snapshot, group, isConsidered, counts, touched)
    // The sum over all entitlements of n (p - mean)^2. An entitlement without holders in the group adds n mean^2.
    let sum = sumOfSquares
    for (const one of touched) {
      const share = counts[one]! / group.length
      sum += (share - mean[one]!) ** 2 - mean[one]! ** 2
      rest[one]! += counts[one]!
      counts[one] = 0
    }
    touched.length = 0
    between += group.length * sum
    grouped += group.length
    groupCount++
  }
  if (grouped < size) {
    const left = size - grouped
    for (let rank = 0; rank < entitlement.length; rank++) {
      const one = entitlement[rank]!
      between += left * ((count[rank]! - rest[one]!) / left - mean[one]!) ** 2
    }
    groupCount++
  }
  if (size <= groupCount) return 0
  const explained = between / whole
  const byChance = (groupCount - 1) / (size - 1)
  return Math.max(0, (explained - byChance) / (1 - byChance))
}

function countGroup(
  snapshot: Snapshot,
  group: readonly number[],
  isConsidered: Uint8Array,
  counts: Uint32Array,
  touched: number[],
): void {
  const { rowOffset, rowEntitlement } = snapshot
  for (const member of group) {
    for (let at = rowOffset[member]!, end = rowOffset[member + 1]!; at < end; at++) {
      const one = rowEntitlement[at]!
      if (isConsidered[one] === 0) continue
      if (counts[one]!++ === 0) touched.push(one)
    }
  }
}
