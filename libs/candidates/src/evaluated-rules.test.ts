import type { Snapshot } from '@assay/mining'
import { expect, test } from 'vitest'
import { rememberedSelection, SelectionsOfCall } from './evaluated-rules.ts'

const aSnapshot = () => ({}) as Snapshot
/** A third of the memory for the selections of one snapshot. */
const third = new Uint32Array(700_000)

test('the selections of a call stay until it ends, whatever other calls need meanwhile', () => {
  const snapshot = aSnapshot()
  const call = new SelectionsOfCall()
  call.remember(snapshot, 'mine', third)
  for (const rule of ['a', 'b', 'c']) {
    const other = new SelectionsOfCall()
    other.remember(snapshot, rule, third)
    other.release()
  }
  expect(rememberedSelection(snapshot, 'mine')).toBe(third)
  expect(rememberedSelection(snapshot, 'a')).toBeUndefined()
  call.release()
  new SelectionsOfCall().remember(snapshot, 'd', third)
  expect(rememberedSelection(snapshot, 'mine')).toBeUndefined()
})

test('a call that evaluates a rule again does not remove the selection that another call holds', () => {
  const snapshot = aSnapshot()
  const [first, second] = [new SelectionsOfCall(), new SelectionsOfCall()]
  first.remember(snapshot, 'both', third)
  second.remember(snapshot, 'both', third)
  second.release()
  for (const rule of ['a', 'b', 'c']) {
    const other = new SelectionsOfCall()
    other.remember(snapshot, rule, third)
    other.release()
  }
  expect(rememberedSelection(snapshot, 'both')).toBe(third)
})

test('rules of a call that select too many people together are refused, a single rule never is', () => {
  const snapshot = aSnapshot()
  new SelectionsOfCall().remember(snapshot, 'everybody', new Uint32Array(3_000_000))
  const call = new SelectionsOfCall()
  for (const rule of ['a', 'b']) call.remember(snapshot, rule, third)
  expect(() => call.remember(snapshot, 'c', third)).toThrow('pass fewer candidates at a time')
})
