import {
  type CohortMiningSettings,
  CohortMiningSettingsSchema,
  Population,
  RejectedCount_Reason as Reason,
} from '@assay/contracts/assay/mining/v1/cohort_mining_pb'
import { MineCohortsResponseSchema } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { type CohortMiningResult, defaultSettings, rejectionReasons } from '@assay/mining'
import { create, type MessageInitShape, toJson } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import {
  fromSettingsMessage,
  toDescriptionMessage,
  toOutcomeMessages,
  toProgressMessage,
} from './convert-cohort-mining.ts'

const settingsCases: readonly [MessageInitShape<typeof CohortMiningSettingsSchema>, object][] = [
  [{}, {}],
  [{ minCohortSize: 0 }, { minCohortSize: 0 }],
  [
    { minCoverage: 0.7, minLift: 1 },
    { minCoverage: 0.7, minLift: 1 },
  ],
  [
    { minCohortSize: 3, minEntitlements: 1, maxFilters: 2, maxAttributes: 4, expectedCoverage: 0.85 },
    { minCohortSize: 3, minEntitlements: 1, maxFilters: 2, maxAttributes: 4, expectedCoverage: 0.85 },
  ],
  [
    { commonAccessShare: 1, maxSuggestions: 7 },
    { commonAccessShare: 1, maxSuggestions: 7 },
  ],
  [{ ignoredAttributes: ['manager'] }, { ignoredAttributes: ['manager'] }],
  [
    { hints: [{ attribute: 'department', priority: 50, values: [' Sales '] }] },
    { hints: [{ attribute: 'department', priority: 50, values: ['Sales'] }] },
  ],
  [{ populations: [Population.MACHINES] }, { populations: ['machines'] }],
  [
    { populations: [Population.PEOPLE, Population.MACHINES, Population.PEOPLE] },
    { populations: ['people', 'machines'] },
  ],
]

test.each(settingsCases)('settings %j: what is absent is left to its default', (given, settings) => {
  const wanted = fromSettingsMessage(create(CohortMiningSettingsSchema, given))
  expect(wanted).toEqual({ settings: { hints: [], ignoredAttributes: [], ...settings }, commonEntitlements: [] })
})

test('no settings at all are all defaults', () => {
  expect(fromSettingsMessage(undefined)).toEqual({ settings: {}, commonEntitlements: [] })
})

test('common entitlements are given by the ids of application and entitlement', () => {
  const commonEntitlements = [{ applicationId: 'git', entitlementId: 'read' }]
  const wanted = fromSettingsMessage(create(CohortMiningSettingsSchema, { commonEntitlements }))
  expect(wanted.commonEntitlements).toEqual(commonEntitlements)
})

test.each([0, 3])('population %i is refused by name', (population) => {
  const message = create(CohortMiningSettingsSchema, { populations: [Population.PEOPLE, population] })
  expect(() => fromSettingsMessage(message)).toThrow(
    'settings.populations[1]: must be POPULATION_PEOPLE or POPULATION_MACHINES',
  )
})

test('every setting of the message reaches the engine', () => {
  const taken: Record<keyof Omit<CohortMiningSettings, '$typeName' | '$unknown'>, true> = {
    minCohortSize: true,
    minEntitlements: true,
    maxFilters: true,
    maxAttributes: true,
    minCoverage: true,
    expectedCoverage: true,
    minLift: true,
    commonAccessShare: true,
    commonEntitlements: true,
    maxSuggestions: true,
    hints: true,
    ignoredAttributes: true,
    populations: true,
  }
  expect(Object.keys(taken).toSorted()).toEqual(Object.keys(defaultSettings).toSorted())
})

test('progress keeps its figures', () => {
  const progress = { population: 'machines', combinationsDone: 3, combinationsTotal: 9, cohortsAnalyzed: 70 } as const
  expect(toJson(MineCohortsResponseSchema, toProgressMessage(progress))).toEqual({
    progress: { ...progress, population: 'POPULATION_MACHINES' },
  })
})

test("an outcome becomes its suggestions in their order and a summary, by the customer's ids", () => {
  const figures = {
    grantedCount: 9,
    coverage: 0.9,
    coverageLowerBound: 0.6,
    outsideCount: 2,
    baseRate: 0.02,
    explainedCount: 8,
  }
  const suggestion = {
    cohortSize: 10,
    outsideSize: 90,
    usersWithAll: 9,
    avgCoverage: 0.9,
    confidence: 0.7,
    explainedGrants: 8,
    score: 12.5,
    outsideWithAll: 1,
  }
  const report = { identityCount: 100, grantCount: 400, combinationsAnalyzed: 4, cohortsAnalyzed: 30 }
  const result: CohortMiningResult = {
    settings: defaultSettings,
    populations: [
      {
        population: 'people',
        ...report,
        attributes: [],
        commonAccess: [{ entitlement: 1, grantedCount: 99, coverage: 0.99 }],
      },
    ],
    suggestions: [
      {
        population: 'people',
        filters: [{ attribute: 'department', values: ['Sales'] }],
        entitlements: [{ entitlement: 4, ...figures }],
        ...suggestion,
      },
    ],
    rejected: {
      ...noRejections(),
      nothing_shared: 5,
      no_lift_over_outside: 7,
      explained_by_more_general_cohort: 2 ** 40,
    },
    nearest: { no_lift_over_outside: { setting: 'minLift', value: 1.75, candidateCount: 2 } },
  }
  const entitlements = new Map([
    [1, detailsOf('mail', 'user')],
    [4, detailsOf('crm', 'read')],
  ])
  const messages = [...toOutcomeMessages({ importId: '12', result, entitlements })]
  expect(messages.map((message) => toJson(MineCohortsResponseSchema, message))).toEqual([
    {
      suggestion: {
        population: 'POPULATION_PEOPLE',
        filters: [{ attribute: 'department', values: ['Sales'] }],
        entitlements: [{ entitlement: { applicationId: 'crm', entitlementId: 'read' }, ...figures }],
        ...suggestion,
      },
    },
    {
      summary: {
        importId: '12',
        populations: [
          {
            population: 'POPULATION_PEOPLE',
            ...report,
            commonAccess: [
              { entitlement: { applicationId: 'mail', entitlementId: 'user' }, grantedCount: 99, coverage: 0.99 },
            ],
          },
        ],
        suggestionCount: 1,
        rejected: [
          { reason: 'REASON_NOTHING_SHARED', count: '5' },
          {
            reason: 'REASON_NO_LIFT_OVER_OUTSIDE',
            count: '7',
            nearestSetting: { setting: 'minLift', value: 1.75, candidateCount: '2' },
          },
          { reason: 'REASON_EXPLAINED_BY_MORE_GENERAL_COHORT', count: String(2 ** 40) },
        ],
      },
    },
  ])
})

test.each(rejectionReasons)('the reason %s goes out under the same name', (reason) => {
  const result = {
    settings: defaultSettings,
    populations: [],
    suggestions: [],
    rejected: { ...noRejections(), [reason]: 1 },
    nearest: {},
  }
  const [message] = [...toOutcomeMessages({ importId: '1', result, entitlements: new Map() })]
  const rejected = message.event.case === 'summary' ? message.event.value.rejected : []
  expect(rejected.map((one) => Reason[one.reason])).toEqual([reason.toUpperCase()])
})

test('a description keeps its figures', () => {
  const figures = { identityCount: 5, enabledHumanCount: 3, applicationCount: 2, entitlementCount: 4, grantCount: 9 }
  const attributes = [{ key: 'department', valueCount: 2 }]
  const message = toDescriptionMessage({ importId: '3', committedAt: new Date(1500), ...figures, attributes })
  expect(message).toMatchObject({
    importId: '3',
    ...figures,
    attributes,
    commitTime: { seconds: 1n, nanos: 500_000_000 },
  })
})

function noRejections() {
  return Object.fromEntries(rejectionReasons.map((reason) => [reason, 0])) as CohortMiningResult['rejected']
}

function detailsOf(applicationId: string, id: string) {
  const names = { displayName: '', applicationDisplayName: '', resourceType: '', resource: '', riskLevel: '' }
  return { key: 1, id, applicationId, ...names }
}
