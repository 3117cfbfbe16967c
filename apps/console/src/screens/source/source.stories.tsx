import { CorrelationRule as Rule } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { answer, notFound, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/data/sources/ad'
const counts = { people: 9_000, accounts: 1_000, grants: 48_591n }
const source = (accounts: number) => [
  answer(SourceService.method.getSource, {
    id: 'ad',
    displayName: hardNames[2],
    accountsOnly: true,
    newestLoad: { id: 'l1', counts },
    linkedAccountCount: BigInt(accounts),
  }),
  answer(SourceService.method.listLoads, {}),
  answer(SourceService.method.getCorrelation, {}),
  answer(SourceService.method.listOrphans, {}),
]
const rules = [Rule.LINK, Rule.EMAIL, Rule.UNSPECIFIED, Rule.SERVICE, Rule.MAP]
const accounts = (count: number) => ({
  accounts: Array.from({ length: count }, (_, place) => ({
    sourceId: 'ad',
    applicationId: nameAt(place, 'ad'),
    id: `login-${place}`,
    displayName: nameAt(place + 1, 'Ana Ruiz'),
    identityId: place % 5 === 2 ? '' : nameAt(place, 'P'),
    rule: rules[place % 5] ?? Rule.LINK,
  })),
})

export const stories: Stories = {
  '10,000 accounts, hard names': {
    path,
    ready: 'More than 10,000 accounts',
    answers: [
      ...source(10_000),
      answer(SourceService.method.listAccounts, { ...accounts(10_000), nextPageToken: 'more' }),
    ],
  },
  'accounts for somebody who may change nothing': {
    path,
    ready: '5 accounts',
    rights: ['read'],
    answers: [...source(5), answer(SourceService.method.listAccounts, accounts(5))],
  },
  'no accounts': {
    path,
    ready: 'This source has no accounts',
    answers: [...source(0), answer(SourceService.method.listAccounts, {})],
  },
  'a source that does not exist': {
    path,
    ready: 'There is no source with this id',
    answers: [
      answer(SourceService.method.getSource, notFound),
      answer(SourceService.method.listLoads, notFound),
      answer(SourceService.method.getCorrelation, notFound),
    ],
  },
  'accounts cannot be read': {
    path,
    ready: 'Try again',
    answers: [...source(5), answer(SourceService.method.listAccounts, unavailable)],
  },
}
