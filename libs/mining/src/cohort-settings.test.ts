import { expect, test } from 'vitest'
import { type CohortMiningSettings, resolveSettings } from './cohort-settings.ts'

/** The least and the most of each setting; an open end is a hair beyond what is refused. */
const bounds: [setting: keyof CohortMiningSettings, least: number, most: number, below: number, above: number][] = [
  ['minCohortSize', 2, 100_000, 1, 100_001],
  ['minEntitlements', 1, 1_000_000, 0, 1_000_001],
  ['maxFilters', 1, 4, 0, 5],
  ['maxAttributes', 1, 32, 0, 33],
  ['maxSuggestions', 1, 1_000_000, 0, 1_000_001],
  ['minCoverage', 0.500001, 1, 0.5, 1.000001],
  ['expectedCoverage', 0.000001, 1, 0, 1.000001],
  ['commonAccessShare', 0.000001, 1, 0, 1.000001],
  ['minLift', 1, Number.MAX_VALUE, 0.999999, Number.POSITIVE_INFINITY],
]

test.each(bounds)('%s is from %d to %d', (setting, least, most, below, above) => {
  for (const value of [least, most]) expect(resolveSettings({ [setting]: value })[setting]).toBe(value)
  for (const value of [below, above]) expect(() => resolveSettings({ [setting]: value })).toThrow(setting)
})

test('common access by decision is named by ordinals, from 0 on', () => {
  const all = [0, 1, 2 ** 32 - 1]
  expect(resolveSettings({ commonEntitlements: all }).commonEntitlements).toEqual(all)
  for (const wrong of [-1, 0.5, 2 ** 32])
    expect(() => resolveSettings({ commonEntitlements: [0, wrong] })).toThrow('commonEntitlements[1]')
})

test('a hint has a name and a priority from 0 to 100', () => {
  const hint = (attribute: string, priority: number) => ({ hints: [{ attribute, priority, values: [] }] })
  for (const priority of [0, 100]) expect(resolveSettings(hint('team', priority)).hints).toHaveLength(1)
  for (const priority of [-0.1, 100.1])
    expect(() => resolveSettings(hint('team', priority))).toThrow('hints[0].priority')
  expect(() => resolveSettings(hint(' ', 1))).toThrow('hints[0].attribute')
})
