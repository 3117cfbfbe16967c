import { expect, test } from 'vitest'
import { CallPlaces } from './call-places.ts'

test('a call beyond the limit is refused until one has ended', () => {
  const places = new CallPlaces(2)
  const giveBack = places.take()
  places.take()
  expect(() => places.take()).toThrow('2 such calls go on already')
  giveBack()
  places.take()
  expect(places.taken).toBe(2)
})

test('a place that is given back twice counts once', () => {
  const places = new CallPlaces(2)
  const giveBack = places.take()
  places.take()
  giveBack()
  giveBack()
  expect(places.taken).toBe(1)
})
