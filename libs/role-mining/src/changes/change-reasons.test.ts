import { expect, test } from 'vitest'
import { defaultMiningSettings as before } from '../mining-settings.ts'
import { LoadReasons, policyDifferences, settingDifferences } from './change-reasons.ts'

const effect = (policyName: string, leftOut: number, refused = 0) => ({
  policyId: policyName,
  policyName,
  leftOut,
  refused,
})
const report = (...effects: ReturnType<typeof effect>[]) => ({ effects, refusedCount: 0, refused: [] })

test('settings that differ have different texts, however small the difference is', () => {
  const after = { ...before, minCoverage: 0.6001, minLift: 2.0004 }
  expect(settingDifferences(before, after)).toEqual([
    '"Least share of a group that holds an entitlement" (minCoverage) 60 %, then 60.01 %',
    '"Times as common inside a group as outside" (minLift) 2, then 2.0004',
  ])
  expect(settingDifferences({ ...before, expectedCoverage: 0.07 }, { ...before, expectedCoverage: 0.57 })).toEqual([
    '"Share of a group that should hold an entitlement" (expectedCoverage) 7 %, then 57 %',
  ])
})

test('policies with the same effect in both runs are no difference; one that was added, removed or had more effect is', () => {
  expect(policyDifferences(undefined, undefined)).toEqual([])
  expect(policyDifferences(report(effect('A', 2)), report(effect('A', 2)))).toEqual([])
  expect(policyDifferences(undefined, report(effect('A', 1)))).toEqual([
    '"A" left out 0 entitlements and refused 0 groups, then 1 and 0',
  ])
  expect(policyDifferences(report(effect('A', 1, 1), effect('B', 3)), report(effect('B', 3)))).toEqual([
    '"A" left out 1 entitlement and refused 1 group, then 0 and 0',
  ])
})

test('a candidate that shrank because of a policy is not said to have changed for no reason', () => {
  const before = {
    filters: [{ attribute: 'location', values: ['Oslo'] }],
    cohortSize: 9,
    entitlements: [1, 2],
    name: 'Oslo',
  }
  const between = {
    isForward: true,
    isSameLoad: true,
    isWhole: true,
    differences: [],
    nameOf: (key: number) => `entitlement ${key}`,
  }
  const change = { fate: 'shrunk', before, after: { ...before, entitlements: [1] }, toldBy: undefined } as unknown
  const told = (policies: readonly string[]) =>
    new LoadReasons([], { ...between, policyDifferences: policies }).of({
      ...(change as Parameters<LoadReasons['of']>[0]),
      entitlementsAdded: [],
      entitlementsRemoved: [2],
    })
  const lost = 'It no longer has entitlement 2.'
  expect(told([])).toEqual([lost, expect.stringMatching(/^Neither its people nor .* chose other candidates\.$/)])
  expect(told(['"A" left out nothing'])).toEqual([lost, 'Policies had another effect: "A" left out nothing.'])
})
