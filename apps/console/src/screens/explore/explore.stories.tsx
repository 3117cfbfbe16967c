import { ExploreService } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { CoverageService } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { ViewService } from '@assay/contracts/assay/view/v1/view_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'
import { writeWho } from './search.ts'

const size = 209
const entitlements = Array.from({ length: 60 }, (_, place) => ({
  applicationId: `app-${place % 5}`,
  applicationDisplayName: nameAt(place + 1, 'CRM'),
  entitlementId: `entitlement-${place}`,
  displayName: nameAt(place, 'CRM user'),
  riskLevel: place % 4 === 0 ? 'high' : '',
  risky: place % 4 === 0,
  holderCount: size - place * 3,
  outsideHolderCount: place * 11,
}))
const steps = entitlements.map(({ holderCount }, place) => ({
  holderCount,
  entitlementCount: place + 1,
  gainCount: BigInt(place * 40),
  riskyGainCount: BigInt(place),
  peopleWithAllCount: size - place * 3,
  outsideWithAllCount: place,
}))
const who = writeWho([
  { attribute: 'department', values: [hardNames[3], hardNames[2]] },
  { attribute: 'manager', values: ['i42'] },
  { attribute: 'cost_center', values: [hardNames[1]] },
])
const path = `/explore?who=${encodeURIComponent(who)}`
const beside = [answer(ViewService.method.listViews, {}), answer(ExploreService.method.searchConditions, {})]

export const stories: Stories = {
  'a cohort with hard names, a manager by name': {
    path,
    ready: 'manager: Ada Lovelace',
    answers: [
      ...beside,
      answer(ExploreService.method.describeCohort, {
        peopleCount: 2_000,
        cohortSize: size,
        entitlements,
        furtherEntitlementCount: 9_412,
        steps,
        riskKnown: true,
        narrowing: hardNames.slice(0, 5).map((value) => ({
          attribute: 'location',
          value,
          peopleCount: 64,
          moreSharedCount: 9,
        })),
        celExpression: `subject.department == ${JSON.stringify(hardNames[3])}`,
        valueNames: [{ attribute: 'manager', value: 'i42', displayName: 'Ada Lovelace' }],
      }),
    ],
  },
  'four people who share nothing': {
    path,
    ready: 'An analysis looks at groups of 5',
    answers: [
      ...beside,
      answer(ExploreService.method.describeCohort, {
        peopleCount: 2_000,
        cohortSize: 4,
        entitlements: entitlements.slice(0, 3).map((one) => ({ ...one, holderCount: 1 })),
        steps: [{ holderCount: 1, entitlementCount: 3, gainCount: 9n }],
      }),
    ],
  },
  'nobody, and what would find somebody': {
    path,
    ready: 'Use it',
    answers: [
      ...beside,
      answer(ExploreService.method.describeCohort, {
        peopleCount: 2_000,
        unmet: [
          { attribute: 'department', peopleCount: 0, similarValue: hardNames[0], similarPeopleCount: 4 },
          { attribute: 'manager', peopleCount: 7, peopleWithoutCount: 3 },
          { attribute: 'cost_center', peopleCount: 0, peopleWithoutCount: 2 },
        ],
      }),
    ],
  },
  'nothing is loaded': {
    path: '/explore',
    ready: 'Nothing is loaded',
    answers: [
      ...beside,
      answer(CoverageService.method.rankAttributes, new ConnectError('nothing', Code.FailedPrecondition)),
    ],
  },
  'a call that fails': {
    path,
    ready: 'The service is away',
    answers: [...beside, answer(ExploreService.method.describeCohort, unavailable)],
  },
}
