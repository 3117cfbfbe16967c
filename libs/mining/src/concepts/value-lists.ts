import type { Groups } from '../grouping.ts'

/** A column of values over the persons of a population, and who has which. */
interface ListedColumn {
  readonly column: Int32Array
  readonly groups: Groups
}

/**
 * How well a list of at most `mostValues` values of one column names these members: the F1 of the best list. A value is in the list when
 * more than half of its people are members; of these values, those with the most members come first. People who do not match `isAsked`, the
 * other filters of the rule, are ignored.
 */
export function bestListOf(
  { groups }: ListedColumn,
  members: Uint32Array,
  mostValues: number,
  isAsked: (person: number) => boolean,
): number {
  const inside = new Map<number, number>()
  for (const person of members) {
    const group = groups.of[person]!
    if (group >= 0 && isAsked(person)) inside.set(group, (inside.get(group) ?? 0) + 1)
  }
  const mostMembersFirst = [...inside].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  let listed = 0
  let selected = 0
  let matched = 0
  for (const [group, count] of mostMembersFirst) {
    if (listed === mostValues) break
    let all = 0
    for (let at = groups.offset[group]!; at < groups.offset[group + 1]!; at++) if (isAsked(groups.members[at]!)) all++
    if (count * 2 <= all) continue
    listed++
    selected += all
    matched += count
  }
  return (2 * matched) / (selected + members.length)
}
