import { expect, test } from 'vitest'
import { MovingLimit } from './moving-limit.ts'

/** Simulates a service with so many places and a gateway that always has more calls than it may send. @returns the limit that results */
function settle(places: number, most: number): number {
  const limit = new MovingLimit(most)
  for (let round = 0; round < 500; round++) {
    const begunAt = performance.now()
    const sent = limit.value
    for (let call = 0; call < sent; call++) limit.answered(call >= places, begunAt, true)
  }
  return limit.value
}

test.each([10, 20, 100])('the limit finds the %i places of a service that it knows nothing of', (places) => {
  const found = settle(places, 400)
  expect(found).toBeGreaterThanOrEqual(places * 0.75)
  expect(found).toBeLessThanOrEqual(places + 2)
})

test('it stays between its bounds', () => {
  expect(settle(1, 400)).toBeGreaterThanOrEqual(3)
  expect(settle(1000, 50)).toBe(50)
})

test('it does not grow while nothing waits, and falls once for calls that were under way together', () => {
  const limit = new MovingLimit(400)
  const first = limit.value
  for (let call = 0; call < 1000; call++) limit.answered(false, performance.now(), false)
  expect(limit.value).toBe(first)
  const begunAt = performance.now()
  limit.answered(true, begunAt, true)
  const lowered = limit.value
  expect(lowered).toBeLessThan(first)
  limit.answered(true, begunAt - 1, true)
  expect(limit.value).toBe(lowered)
})
