import { expect, test } from 'vitest'
import { defaultMiningSettings } from './mining-settings.ts'
import { explain, type RunReport } from './run-insight.ts'

const none = {
  cohort_too_small: 0,
  same_members_as_simpler_cohort: 0,
  nothing_shared: 0,
  explained_by_better_cohort: 0,
  too_few_entitlements: 0,
  too_little_saved: 0,
  not_beyond_chance: 0,
  beyond_max_suggestions: 0,
  coverage_interval_too_low: 0,
  no_lift_over_outside: 0,
  uneven_inside_cohort: 0,
  explained_by_more_general_cohort: 0,
}

const department = {
  attribute: 'department',
  identitiesWithValue: 9,
  distinctValues: 2,
  largestShare: 0.5,
  explainedGrants: 0,
}

function reportOf(facts: Partial<RunReport>): RunReport {
  return {
    settings: defaultMiningSettings,
    rejected: none,
    nearest: {},
    populations: [
      {
        population: 'people',
        identityCount: 9,
        grantCount: 20,
        attributes: [{ ...department, verdict: 'used' }],
        commonAccess: [],
        combinationsAnalyzed: 1,
        cohortsAnalyzed: 2,
      },
    ],
    ...facts,
  }
}

test('the sizes that were tried without success and the advice do not contradict each other', () => {
  const report = reportOf({
    rejected: { ...none, cohort_too_small: 9 },
    nearest: { cohort_too_small: { setting: 'minCohortSize', value: 4, candidateCount: 6 } },
    triedCohortSizes: [4, 3, 2],
  })
  expect(explain(report, 0)).toEqual([
    'Mined again with "Fewest people of a group" (minCohortSize) 4, 3 or 2, the organisation gives no suggestion either.',
    '9 groups have fewer than 5 people; 6 of them would be analysed with "Fewest people of a group" (minCohortSize) 4.',
  ])
})

test('two rules are two sentences, and each has the effect of its own setting', () => {
  const report = reportOf({
    rejected: { ...none, too_few_entitlements: 3, too_little_saved: 2, no_lift_over_outside: 4 },
    nearest: {
      too_few_entitlements: { setting: 'minEntitlements', value: 1, candidateCount: 2 },
      no_lift_over_outside: { setting: 'minLift', value: 1.6, candidateCount: 1 },
    },
  })
  expect(explain(report, 1)).toEqual([
    '4 times an entitlement was about as common outside the group; 1 of them would pass this rule and those about evenness with "Times as common inside a group as outside" (minLift) 1.6.',
    '3 groups have fewer than 2 entitlements left to explain; 2 of them would be a suggestion with "Fewest entitlements of a suggestion" (minEntitlements) 1.',
    '2 groups save no more than their description takes.',
  ])
})

test('there is no sentence about sizes that were not tried: there is none below two people', () => {
  const report = reportOf({ settings: { ...defaultMiningSettings, minCohortSize: 2 }, triedCohortSizes: [] })
  expect(explain(report, 0)).toEqual([])
  const found = { setting: 'minCohortSize', value: 3, suggestionCount: 1 } as const
  expect(explain(reportOf({ nearestSetting: found, triedCohortSizes: [4, 3] }), 0)).toEqual([
    'With "Fewest people of a group" (minCohortSize) 3 there would be 1 suggestion.',
  ])
})

test('what policies left out is one entitlement or several, one group or several', () => {
  const effectOf = (leftOut: number, refused: number) => {
    const effects = [{ policyId: 'p', policyName: 'P', leftOut, refused }]
    return explain(reportOf({ policies: { effects, refusedCount: refused, refused: [] } }), 1)
  }
  expect(effectOf(1, 1)).toEqual(['Policy "P" left 1 entitlement out of suggestions and left too little of 1 group.'])
  expect(effectOf(2, 3)).toEqual(['Policy "P" left 2 entitlements out of suggestions and left too little of 3 groups.'])
})
