import { HealthGoalSchema, HealthMeasure, RoleHealthSchema } from '@assay/contracts/assay/change/v1/change_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { measures } from './measures.ts'
import { goalWords, healthSentence } from './texts.ts'

const point = create(RoleHealthSchema, { roles: 3n, throughRoles: 0.62, grants: 1200n, orphanRows: 4n })
const goal = (measure: HealthMeasure, bound: number, isReached?: boolean) =>
  create(HealthGoalSchema, { measure, goal: bound, ...(isReached !== undefined && { isReached }) })
const [throughRoles] = measures
const orphans = measures.at(-1)

test('a goal says its direction in the unit of its measure, and whether it is reached', () => {
  if (throughRoles === undefined || orphans === undefined) throw new Error('there are no measures')
  expect(goalWords(throughRoles, goal(HealthMeasure.THROUGH_ROLES, 0.8, false))).toBe('at least 80\u00a0%: missed')
  expect(goalWords(orphans, goal(HealthMeasure.ORPHAN_ROWS, 0, true))).toBe('at most 0: reached')
  expect(goalWords(orphans, goal(HealthMeasure.ORPHAN_ROWS, 7))).toBe('at most 7')
  expect(goalWords(orphans, undefined)).toBe('none')
})

test.each([
  ['no goal', [], '3 profiles give 62\u00a0% of 1,200 grants.'],
  [
    'all reached',
    [goal(HealthMeasure.ROLES, 9, true)],
    '3 profiles give 62\u00a0% of 1,200 grants. All goals are reached.',
  ],
  [
    'one missed',
    [goal(HealthMeasure.ROLES, 9, true), goal(HealthMeasure.THROUGH_ROLES, 0.8, false)],
    '3 profiles give 62\u00a0% of 1,200 grants. Missed: given by profiles.',
  ],
])('the sentence of health with %s', (_, goals, sentence) => {
  expect(healthSentence(point, goals)).toBe(sentence)
})
