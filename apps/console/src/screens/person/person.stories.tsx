import { Identity_Status, Identity_Type } from '@assay/contracts/assay/directory/v1/directory_pb'
import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { RecommendationService, RecommendationState } from '@assay/contracts/assay/insight/v1/recommendation_service_pb'
import { WhyService } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const enabled = answer(DirectoryService.method.getIdentity, {
  id: 'i1',
  displayName: hardNames[2],
  status: Identity_Status.ENABLED,
  type: Identity_Type.HUMAN,
})
const person = answer(DirectoryService.method.getIdentity, { id: 'i1', displayName: hardNames[2] })

export const stories: Stories = {
  'somebody with much, hard names': {
    path: '/people/i1',
    ready: 'More than 100 entitlements',
    answers: [
      person,
      answer(DirectoryService.method.listEffectiveGrants, {
        grants: Array.from({ length: 100 }, (_, place) => ({
          applicationId: `app-${place}`,
          applicationDisplayName: nameAt(place + 1, 'Ledger'),
          entitlementId: `e-${place}`,
          entitlementDisplayName: nameAt(place, 'Read'),
          direct: place % 2 === 0,
          inherited: place % 3 === 0,
        })),
        nextPageToken: 'more',
      }),
    ],
  },
  'somebody with nothing': {
    path: '/people/i1',
    ready: '0 entitlements',
    answers: [person, answer(DirectoryService.method.listEffectiveGrants, {})],
  },
  'why they have something, with hard names': {
    path: `/people/i1?why=${encodeURIComponent(JSON.stringify(['app', 'e-1']))}&lacking=true`,
    ready: 'others with manager',
    answers: [
      enabled,
      answer(DirectoryService.method.listEffectiveGrants, {}),
      answer(DirectoryService.method.explainAccess, {
        entitlement: { id: 'e-1', displayName: hardNames[1] },
        paths: [
          { steps: [{ entitlementId: 'e-1' }] },
          {
            steps: hardNames.map((entitlementDisplayName, place) => ({
              entitlementId: `e-${place}`,
              entitlementDisplayName,
            })),
            omittedStepCount: 1_200,
          },
        ],
        hasMorePaths: true,
      }),
      answer(WhyService.method.explainHolding, {
        sentences: [`Nobody else with ${hardNames[3]} holds it.`, hardNames[0]],
        cohorts: [{ conditions: [{ attribute: 'department', values: [hardNames[1]] }] }],
      }),
      answer(RecommendationService.method.recommendForIdentity, {
        state: RecommendationState.READY,
        recommendations: hardNames.map((displayName, place) => ({
          entitlement: { applicationId: 'app', entitlementId: `r-${place}`, displayName },
          probability: 0.9 - place / 10,
          reasons: [`4 of 5 others with manager ${displayName} hold it`],
        })),
      }),
    ],
  },
  'reasons cannot be read, and Assay is learning': {
    path: `/people/i1?why=${encodeURIComponent(JSON.stringify(['app', 'e-1']))}&lacking=true`,
    ready: 'Assay is learning',
    answers: [
      enabled,
      answer(DirectoryService.method.listEffectiveGrants, {}),
      answer(DirectoryService.method.explainAccess, unavailable),
      answer(WhyService.method.explainHolding, unavailable),
      answer(RecommendationService.method.recommendForIdentity, { state: RecommendationState.LEARNING }),
    ],
  },
  'somebody who probably lacks nothing': {
    path: '/people/i1?lacking=true',
    ready: 'Nothing is likely to be lacking',
    answers: [
      enabled,
      answer(DirectoryService.method.listEffectiveGrants, {}),
      answer(RecommendationService.method.recommendForIdentity, {
        state: RecommendationState.READY,
        recommendations: [{ entitlement: { applicationId: 'app', entitlementId: 'r' }, probability: 0.004 }],
      }),
    ],
  },
  nobody: {
    path: '/people/i1',
    ready: 'i1',
    answers: [
      answer(DirectoryService.method.getIdentity, new ConnectError('identity "i1"', Code.NotFound)),
      answer(DirectoryService.method.listEffectiveGrants, new ConnectError('identity "i1"', Code.NotFound)),
    ],
  },
}
