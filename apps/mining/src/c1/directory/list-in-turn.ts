import type { Pages } from '../../paging.ts'

/**
 * Where a page ends: the number of the list, then the position within that list. Only the number means: before the first item of that list.
 */
export type PlaceInTurn = readonly [list: number, ...position: (string | number)[]]

type Position = readonly (string | number)[]

/**
 * Reads a page of one of the lists. It may return fewer items than `size` although more follow; `last` is undefined only at the end.
 * `after` is a `last` that the same list returned, of that list's own type; it is typed `undefined` here so that functions of any position
 * type fit.
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
    // The page is full: the next list is only asked whether it has an item.
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
