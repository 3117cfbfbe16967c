import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { CandidateService, DraftStep_Kind as Kind } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, notFound, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/drafts/d1'
const { getDraft, listCandidateEntitlements, listCandidateIdentities } = CandidateService.method
const makeTime = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
const sources = [0, 1].map((place) => ({
  kind: place === 0 ? CandidateKind.SUGGESTION : CandidateKind.PROFILE,
  id: `s${place}`,
  displayName: hardNames[place + 1] ?? '',
}))
const draft = {
  id: 'd1',
  displayName: hardNames[0],
  etag: '1',
  candidate: {
    displayName: hardNames[0],
    entitlementCount: 119,
    peopleCount: 100_000,
    serviceCount: 1,
    disabledCount: 2,
    stale: true,
    goneEntitlementCount: 1,
  },
  edits: { removedEntitlements: [{ applicationId: 'crm', entitlementId: 'e1' }], removedIdentityIds: ['i1'] },
  lineage: [
    { kind: Kind.MERGED, sources, makeTime, madeBy: 'i1', madeByDisplayName: hardNames[2], entitlementCount: 1 },
    { kind: Kind.EDITED, makeTime, madeBy: 'i2', entitlementCount: 119, identityCount: 100_000 },
  ],
}
const access = answer(listCandidateEntitlements, {
  totalSize: 120,
  entitlements: Array.from({ length: 100 }, (_, place) => ({
    applicationId: 'crm',
    applicationDisplayName: nameAt(place + 1, 'Customers'),
    entitlementId: `e${place}`,
    displayName: nameAt(place, 'Read the ledger'),
    holderCount: 90_000 - place * 800,
    peopleCount: 100_000,
  })),
})

export const stories: Stories = {
  'access with one left out, hard names': {
    path,
    ready: 'Read the ledger 1',
    answers: [answer(getDraft, draft), access],
  },
  people: {
    path: `${path}?tab=people`,
    ready: 'Ada 1',
    answers: [
      answer(getDraft, draft),
      answer(listCandidateIdentities, {
        totalSize: 100_000,
        identities: Array.from({ length: 100 }, (_, place) => ({
          identityId: `i${place}`,
          displayName: nameAt(place, 'Ada'),
          heldCount: place,
        })),
      }),
    ],
  },
  'what it is made of': { path: `${path}?tab=history`, ready: 'Edited', answers: [answer(getDraft, draft)] },
  'nobody and nothing, for somebody who may change nothing': {
    path,
    ready: 'It gives nothing.',
    rights: ['read'],
    answers: [answer(getDraft, { id: 'd1', displayName: 'Empty' }), answer(listCandidateEntitlements, {})],
  },
  'a draft that does not exist': {
    path,
    ready: 'This draft is not there.',
    answers: [answer(getDraft, notFound), answer(listCandidateEntitlements, notFound)],
  },
  'a draft that cannot be read': { path, ready: 'Try again', answers: [answer(getDraft, unavailable)] },
}
