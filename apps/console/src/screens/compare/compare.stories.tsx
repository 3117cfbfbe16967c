import { CandidateService } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { answer, notFound, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const { compareCandidates, listComparedEntitlements, listComparedIdentities, listDrafts } = CandidateService.method
const path = '/compare?a=suggestion:s1&b=role:r1'
const resolved = (displayName: string) => ({ displayName, peopleCount: 100_000, entitlementCount: 1 })
const counts = (both: number, firstOnly: number, secondOnly: number) => ({
  both: BigInt(both),
  firstOnly: BigInt(firstOnly),
  secondOnly: BigInt(secondOnly),
  similarity: both / (both + firstOnly + secondOnly),
})
const compared = answer(compareCandidates, {
  first: resolved(hardNames[1]),
  second: resolved(hardNames[2]),
  identities: counts(99_999, 1, 1),
  entitlements: counts(1, 0, 11),
  cells: counts(4_000_000, 120, 9_000_000),
})

export const stories: Stories = {
  'two candidates, hard names': {
    path,
    ready: 'Read the ledger 1',
    answers: [
      compared,
      answer(listComparedEntitlements, {
        totalSize: 120,
        entitlements: Array.from({ length: 100 }, (_, place) => ({
          applicationId: 'crm',
          applicationDisplayName: nameAt(place + 1, 'Customers'),
          entitlementId: `e${place}`,
          displayName: nameAt(place, 'Read the ledger'),
          holderCount: 90_000 - place * 800,
          peopleCount: 100_000,
        })),
      }),
    ],
  },
  'people of one of the two': {
    path: `${path}&tab=people&side=second`,
    ready: 'Ada 1',
    answers: [
      compared,
      answer(listComparedIdentities, {
        totalSize: 3,
        identities: [0, 1, 2].map((place) => ({
          identityId: `i${place}`,
          displayName: nameAt(place, 'Ada'),
          heldCount: place,
        })),
      }),
    ],
  },
  'nothing in common': {
    path,
    ready: 'Nobody and no entitlement',
    answers: [
      answer(compareCandidates, {
        first: resolved('Sales'),
        second: resolved('Finance'),
        identities: counts(0, 4, 3),
        entitlements: counts(0, 1, 2),
        cells: counts(0, 4, 6),
      }),
      answer(listComparedEntitlements, {}),
    ],
  },
  'one of the two is gone': { path, ready: 'One of the two', answers: [answer(compareCandidates, notFound)] },
  'a comparison that fails': { path, ready: 'Try again', answers: [answer(compareCandidates, unavailable)] },
  'the second one is chosen': {
    path: '/compare?a=suggestion:s1',
    ready: 'Search names and values',
    answers: [
      answer(InboxService.method.getInboxCandidate, { id: 's1', displayName: hardNames[0] }),
      answer(listDrafts, { drafts: [{ id: 'd1', displayName: hardNames[1] }] }),
      answer(InboxService.method.listInboxCandidates, {
        candidates: Array.from({ length: 12 }, (_, place) => ({
          id: `c${place}`,
          displayName: nameAt(place, 'Accountants'),
          peopleCount: place,
          entitlementCount: 1,
        })),
      }),
    ],
  },
}
