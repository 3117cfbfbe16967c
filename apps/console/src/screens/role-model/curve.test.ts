import { RoleFrontPointSchema } from '@assay/contracts/assay/rolemodel/v1/role_front_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { linesOf, pointAt, pricesAt } from './curve.ts'
import { pointSentence } from './texts.ts'

const point = (roles: number, missing: number, atLeast: number) =>
  create(RoleFrontPointSchema, { roles, missing: BigInt(missing), atLeast: BigInt(atLeast) })
const points = [point(1, 100, 60), point(2, 36, 20), point(4, 0, 0)]

test.each([
  [undefined, 4],
  [1, 1],
  [3, 2],
  [0, 1],
  [99, 4],
])('the address says %s roles: the point of %i', (at, roles) => {
  expect(pointAt(points, at)?.roles).toBe(roles)
})

test('the curve runs from its highest point down to nothing, and what is proven lies below', () => {
  const { reached, proven, most } = linesOf(points)
  expect(most).toBe(100)
  expect(reached.map(({ x, y }) => [x, y])).toEqual([
    [0.25, 1],
    [0.5, 0.6],
    [1, 0],
  ])
  expect(proven.every(({ y }, at) => y <= (reached[at]?.y ?? 0))).toBe(true)
})

test('a role costs what one more or fewer would save there', () => {
  const [, middle = point(0, 0, 0)] = points
  expect(pricesAt({ points }, middle, 'remove')).toEqual({
    objective: 'description',
    role: (64 + 18) / 2,
    membership: 0,
    entitlement: 0,
    missing: 1,
    adds: 'none',
  })
})

test('a point says what it costs, and whether fewer would do', () => {
  expect(pointSentence(point(2, 36, 20), 'remove', 1_000)).toBe(
    'With 2 roles, 36 of 1,000 (4\u00a0%) grants would be taken away. No 2 roles do with fewer than 20.',
  )
  expect(pointSentence(point(1, 20, 20), 'both', 1_000)).toContain('No 1 role do with fewer.')
  expect(pointSentence(point(4, 0, 0), 'remove', 1_000)).toBe('4 roles: everybody has exactly what they hold.')
})
