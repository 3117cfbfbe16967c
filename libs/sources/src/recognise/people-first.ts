import type { Source, SourcePart } from '../compose/source.ts'
import { looseName } from '../header.ts'
import type { AccessMap } from '../map/map.ts'
import type { RowBatch } from '../read/part.ts'

/**
 * Puts tables of people before other files, within files that the user did not name one by one: the first file that names a person
 * decides her id, and the logins of a directory would become people when its file has the earlier name.
 * @param deliveryOf the place, in the user's command, of the path that contains the part
 */
export function peopleFirst(
  sources: readonly Source<RowBatch>[],
  deliveryOf: (part: SourcePart<RowBatch>['part']) => number,
): Source<RowBatch>[] {
  const sorted = sources.map((source) => ({
    ...source,
    parts: source.parts.toSorted(
      (one, other) =>
        deliveryOf(one.part) - deliveryOf(other.part) || rankOf(source.map, one) - rankOf(source.map, other),
    ),
  }))
  const placeOf = ({ map, parts: [first] }: Source<RowBatch>) =>
    first === undefined ? { delivery: 0, rank: 0 } : { delivery: deliveryOf(first.part), rank: rankOf(map, first) }
  return sorted.toSorted((one, other) => {
    const [before, after] = [placeOf(one), placeOf(other)]
    return before.delivery - after.delivery || before.rank - after.rank
  })
}

/** Names of ids that no employer gives. */
const otherIds = new Set(['email', 'mail', 'uid', 'username', 'login'].map(looseName))

/** 0 for people with the number that their employer gives them, 1 for people with another id, 2 for everything else. */
function rankOf(map: AccessMap, { part, inputs }: SourcePart<RowBatch>): number {
  if (map.accounts.length > 0 || map.entitlements.length > 0 || map.grants.length > 0) return 2
  const names = new Set(inputs.map(({ name }) => name))
  const rules = map.identities.filter(({ from }) => from.some((name) => names.has(name)))
  if (rules.length === 0) return 2
  const columns = new Set((part.columns ?? inputs.flatMap((input) => input.columns)).map(looseName))
  const isNumbered = rules.some(
    ({ idColumn }) =>
      !otherIds.has(looseName(idColumn)) &&
      [idColumn, ...(map.synonyms[idColumn] ?? [])].some((name) => columns.has(looseName(name))),
  )
  return isNumbered ? 0 : 1
}

/** The names of the files that describe people, the deciding one first. */
export function describersOfPeople(sources: readonly Source<RowBatch>[]): string[] {
  return sources.flatMap(({ map, parts }) =>
    parts
      .filter(({ inputs }) => map.identities.some(({ from }) => inputs.some(({ name }) => from.includes(name))))
      .map(({ part }) => part.name),
  )
}

/**
 * The sources, with tables of people that have other ids as a source of their own: their rows about a person are joined by mail address and
 * user name, as those of other maps are. Rows of one source are joined only by the id.
 */
export function withoutForeignIds(sources: readonly Source<RowBatch>[]): Source<RowBatch>[] {
  return sources.flatMap((source) => {
    const numbered = source.parts.filter((part) => rankOf(source.map, part) === 0)
    const others = source.parts.filter((part) => rankOf(source.map, part) === 1)
    if (numbered.length === 0 || others.length === 0) return [source]
    const inOrder = source.parts[0] === numbered[0] ? [numbered, others] : [others, numbered]
    return inOrder.map((parts, at) => ({ ...source, name: at === 0 ? source.name : `${source.name} ${at + 1}`, parts }))
  })
}
