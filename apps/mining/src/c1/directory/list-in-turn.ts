import type { Pages } from '../../paging.ts'

/** The number of the list that a page ends in, and where; only the number before its first item. */
export type PlaceInTurn = readonly [list: number, ...position: (string | number)[]]

type Position = readonly (string | number)[]

/**
 * One of the lists. It may give less than was asked for and go on none the less. `after` is a `last` of its own, of whatever type:
 * the parameter's type here is the one that functions of any position take.
 */
export type PagedList<Item> = (page: {
  readonly size: number
  readonly after: undefined
}) => Promise<{ readonly list: readonly Item[]; readonly last: Position | undefined }>

/** A list whose items come from several lists, one list after the other. */
export async function listInTurn<Item>(
  { size, after }: Pick<Pages<PlaceInTurn>, 'size' | 'after'>,
  lists: readonly PagedList<Item>[],
): Promise<{ readonly list: readonly Item[]; readonly last: PlaceInTurn | undefined }> {
  const found: Item[] = []
  let position: Position = after?.slice(1) ?? []
  for (const [turn, read] of lists.entries()) {
    if (turn < (after?.[0] ?? 0)) continue
    const missing = size - found.length
    const page = { size: Math.max(missing, 1), after: position.length > 0 ? position : undefined }
    const { list, last } = await read(page as Parameters<PagedList<Item>>[0])
    // A full page asks the next list only whether there is anything in it.
    if (missing === 0) {
      if (list.length > 0 || last !== undefined) return { list: found, last: [turn] }
    } else {
      found.push(...list)
      if (last !== undefined) return { list: found, last: [turn, ...last] }
    }
    position = []
  }
  return { list: found, last: undefined }
}

/** A list without items. */
export const nothing: PagedList<never> = async () => ({ list: [], last: undefined })
