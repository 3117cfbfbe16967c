import { expect, test } from 'vitest'
import { layOut } from './treemap-layout.ts'

test('fields fill the picture without overlap, each by its share of the area', () => {
  const items = [600, 120, 90, 40, 3, 1].map((area, at) => ({ key: String(at), area }))
  const all = items.reduce((sum, { area }) => sum + area, 0)
  const tiles = layOut(items)
  expect(tiles.map(({ item }) => item)).toEqual(items)
  for (const { item, width, height } of tiles) expect(width * height).toBeCloseTo(item.area / all, 6)
  for (const [at, a] of tiles.entries())
    for (const b of tiles.slice(at + 1)) {
      const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
      const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
      expect(Math.min(across, down)).toBeLessThan(1e-9)
    }
})

test('nothing gives no field', () => {
  expect(layOut([])).toEqual([])
})
