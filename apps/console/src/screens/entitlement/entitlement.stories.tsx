import { EntitlementInsightService } from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { CandidateName_Kind as Kind } from '@assay/contracts/assay/insight/v1/insight_pb'
import { answer, notFound, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/entitlements/crm/e1'
const { describeEntitlements, listEntitlementHolders } = EntitlementInsightService.method
const entitlements = [
  { entitlement: { applicationId: 'crm', entitlementId: 'e1', displayName: hardNames[1] }, privileged: true },
]
const kinds = [Kind.SUGGESTION, Kind.POTENTIAL_ROLE, Kind.PROFILE]

export const stories: Stories = {
  'held by 100,000 people, hard names': {
    path,
    ready: '100,000 people.',
    answers: [
      answer(describeEntitlements, {
        entitlements,
        people: 120_000n,
        holders: 100_000n,
        conditions: Array.from({ length: 9 }, (_, place) => ({
          conditions: [
            { attribute: 'manager', values: ['i42', 'i43'] },
            { attribute: 'department', values: [nameAt(place, 'Sales')] },
          ],
          people: 90_000n,
          holders: 89_999n,
        })),
        containedIn: kinds.map((kind, place) => ({
          candidate: { kind, id: `${place}`, displayName: nameAt(place, 'Accountants') },
          members: 1n,
          entitlements: 12n,
        })),
        valueNames: [{ attribute: 'manager', value: 'i42', displayName: hardNames[0] }],
      }),
      answer(listEntitlementHolders, {
        total: 100_000n,
        people: Array.from({ length: 100 }, (_, place) => ({
          person: { identityId: `i${place}`, displayName: nameAt(place, 'Ada') },
          department: nameAt(place + 1, 'Sales'),
          jobTitle: nameAt(place, 'Clerk'),
        })),
        nextPageToken: 'more',
      }),
    ],
  },
  'nobody holds it': {
    path,
    ready: 'Nobody.',
    answers: [answer(describeEntitlements, { entitlements, people: 9n }), answer(listEntitlementHolders, {})],
  },
  'access that is not in the data': {
    path,
    ready: 'This access is not in the data',
    answers: [answer(describeEntitlements, notFound)],
  },
  'access that cannot be read': { path, ready: 'Try again', answers: [answer(describeEntitlements, unavailable)] },
}
