import { CohortDescriptionSchema } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { MiningRule } from '@assay/contracts/assay/insight/v1/insight_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { entitlementKey } from '../candidate/search.ts'
import { highestCut } from './effect.ts'
import { readExploreSearch, readWho, withCondition, writeWho } from './search.ts'
import { chosenOf, histogramOf, toggled } from './selection.ts'
import { exploreSentence, ruleNames } from './texts.ts'

test.each(['department:Sales', 'department:Sales,Finance;location:Berlin', 'a%3Ab:x%2Cy,100%25;منطقة:برلين'])(
  'the address %s says conditions, and they say it again',
  (who) => {
    expect(writeWho(readWho(who))).toBe(who)
  },
)

test.each([
  [undefined, []],
  ['', []],
  ['department', []],
  [':x;department:', []],
  ['a:x;a:y,x', [{ attribute: 'a', values: ['x', 'y'] }]],
  ['a:100%', [{ attribute: 'a', values: ['100%'] }]],
])('the address %j says %j', (who, conditions) => {
  expect(readWho(who)).toEqual(conditions)
})

test('an address that says nonsense means what it says well', () => {
  expect(readExploreSearch({ who: 7, cut: 'x', in: 'a', out: [1, 'b'], tab: 'access' })).toEqual({ out: ['b'] })
  expect(readExploreSearch({ who: 'a:b', cut: 107.4, tab: 'why' })).toEqual({ who: 'a:b', cut: 100, tab: 'why' })
  expect(withCondition(readWho('a:x'), 'a', 'y')).toEqual([{ attribute: 'a', values: ['x', 'y'] }])
})

const entitlement = (entitlementId: string, holderCount: number) => ({
  applicationId: 'app',
  entitlementId,
  displayName: entitlementId,
  holderCount,
})
const cohort = create(CohortDescriptionSchema, {
  cohortSize: 20,
  entitlements: [entitlement('all', 20), entitlement('most', 16), entitlement('also', 16), entitlement('few', 2)],
  steps: [
    { holderCount: 20, entitlementCount: 1, gainCount: 0n, peopleWithAllCount: 20, outsideWithAllCount: 5 },
    { holderCount: 16, entitlementCount: 3, gainCount: 8n, peopleWithAllCount: 14, outsideWithAllCount: 1 },
    { holderCount: 2, entitlementCount: 4, gainCount: 26n, peopleWithAllCount: 0 },
  ],
  riskKnown: true,
})
const key = (entitlementId: string) => entitlementKey({ applicationId: 'app', entitlementId })
const choice = (cut: number, taken: string[] = [], left: string[] = []) => ({
  cut,
  taken: new Set(taken.map(key)),
  left: new Set(left.map(key)),
})

test.each([
  [100, 1],
  [81, 1],
  [80, 3],
  [11, 3],
  [10, 4],
  [0, 4],
])('a cut-off of %i %% chooses %i', (cut, count) => {
  const { entitlements, isByCutoff } = chosenOf(cohort, choice(cut))
  expect([entitlements.length, isByCutoff]).toEqual([count, true])
})

test('exceptions to the cut-off are told from it, and taken back they are none', () => {
  const without = toggled(cohort, choice(80), key('most'))
  expect([...without.left]).toEqual([key('most')])
  const chosen = chosenOf(cohort, { cut: 80, ...without })
  expect(chosen.entitlements.map(({ entitlementId }) => entitlementId)).toEqual(['all', 'also'])
  expect(chosen.isByCutoff).toBe(false)
  const exchanged = chosenOf(cohort, choice(80, ['few'], ['most']))
  expect([exchanged.entitlements.length, exchanged.isByCutoff]).toEqual([3, false])
  expect(toggled(cohort, { cut: 80, ...without }, key('most')).left.size).toBe(0)
  expect([...toggled(cohort, choice(80), key('few')).taken]).toEqual([key('few')])
})

test('the sentence says who they are, what they share, and what giving it to all would change', () => {
  const sentence = (count: number, effect?: Parameters<typeof exploreSentence>[2]) =>
    exploreSentence(cohort, count, effect).replaceAll('\u00a0', ' ')
  expect(sentence(3, { gains: 8, riskyGains: 0, withAll: 14, outsideWithAll: 1 })).toBe(
    '20 people. 14 of 20 (70 %) hold all 3 chosen entitlements. Giving it to everybody: 8 gains, none of high risk; 1 person outside holds it too.',
  )
  expect(sentence(0)).toBe('20 people. Nothing is chosen. The most shared is all, 20 of 20 (100 %).')
  expect(sentence(2)).toContain('Counting')
  expect(exploreSentence(create(CohortDescriptionSchema, { cohortSize: 1 }), 0, undefined)).toBe(
    '1 person. They hold nothing.',
  )
})

test('each entitlement is in one bar, and what all hold in the last', () => {
  expect(histogramOf(cohort)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 2, 1])
  expect(highestCut(cohort)).toBe(100)
})

test('a rule is said by what it compares: the whole organisation, what is expected, the people outside, or the parts', () => {
  expect(ruleNames[MiningRule.TOO_FEW_HOLDERS]).toBe('too few people hold it anywhere')
  expect(ruleNames[MiningRule.COVERAGE_INTERVAL_TOO_LOW]).toBe('clearly fewer of them hold it than is expected')
  expect(ruleNames[MiningRule.NO_LIFT_OVER_OUTSIDE]).toBe('not held much more often than outside')
  expect(ruleNames[MiningRule.UNEVEN_INSIDE_COHORT]).toBe('a part of the group hardly holds it')
})
