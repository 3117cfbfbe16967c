import { expect, test } from 'vitest'
import { inReadingOrder } from './reading-order.ts'

const asIs = (values: readonly number[], valueCount: number) => ({
  column: Int32Array.from(values),
  remap: Int32Array.from({ length: valueCount }, (_, value) => value),
  valueCount,
})

test('what follows from another attribute comes first, then the one with fewest values', () => {
  const identities = Uint32Array.from({ length: 400 }, (_, i) => i)
  const title = [...identities].map((i) => (i * 7) % 12)
  const department = title.map((t) => t % 4)
  const place = [...identities].map((i) => Math.floor(i / 40) % 2)
  const order = [...inReadingOrder(identities, [asIs(title, 12), asIs(place, 2), asIs(department, 4)])]
  const keys = order.map((i) => (department[i]! * 2 + place[i]!) * 12 + title[i]!)
  expect(keys).toEqual(keys.toSorted((a, b) => a - b))
  expect(order.toSorted((a, b) => a - b)).toEqual([...identities])
})

test('persons without a value come first, and those alike in all keep their order', () => {
  const order = inReadingOrder(Uint32Array.of(0, 1, 2, 3, 4), [asIs([1, -1, 0, 1, -1], 2)])
  expect([...order]).toEqual([1, 4, 2, 0, 3])
})
