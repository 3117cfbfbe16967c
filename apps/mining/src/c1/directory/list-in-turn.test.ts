import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listInTurn, type PagedList, type PlaceInTurn } from './list-in-turn.ts'

function pagesOf(items: readonly string[]): PagedList<string> {
  return async ({ size, after }: { readonly size: number; readonly after: readonly number[] | undefined }) => {
    const start = after === undefined ? 0 : after[0]! + 1
    const list = items.slice(start, start + size)
    return { list, last: start + size < items.length ? [start + size - 1] : undefined }
  }
}

test('pages of several lists put together are the lists one after the other, each item once', async () => {
  const lists = fc.array(fc.array(fc.string(), { maxLength: 5 }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(lists, fc.integer({ min: 1, max: 4 }), async (all, size) => {
      const found: string[] = []
      let after: PlaceInTurn | undefined
      do {
        const { list, last } = await listInTurn({ size, after }, all.map(pagesOf))
        expect(list.length).toBeLessThanOrEqual(size)
        if (last !== undefined) expect(list.length).toBe(size)
        found.push(...list)
        after = last
      } while (after !== undefined)
      expect(found).toEqual(all.flat())
    }),
  )
})
