import { CorrelationRule, Orphan_Reason as Reason } from '@assay/contracts/assay/source/v1/source_pb'
import { enumWords } from '../../kit/enum-words.ts'
import { counted, formatCount } from '../../kit/figures.ts'

export const texts = {
  belongs: 'Where it belongs',
  toData: 'To the data',
  nothingYet: 'Nothing of this source is in force yet.',
  reading: 'Its server',
  readNow: 'Read it now',
  loads: 'Loads',
  inForce: 'in force',
  noLoads: 'This source has no load yet.',
  orphans: "Nobody's accounts",
  noOrphans: 'Every account and holder of this source belongs to somebody.',
  orphanHint: 'Access of these is not counted for anybody until they belong to a person.',
  proposed: 'Proposed: the people whose key fits',
  link: 'Belongs to',
  linked: 'Linked; it takes effect when the sources are put together again, which has begun.',
  correlation: 'How accounts find their people',
  bring: 'Bring the next delivery',
  more: 'more are not listed here.',
  looking: 'Looking at the source.',
  inForceNow: (people: number, grants: number) => `${peopleAndGrants(people, grants)} in force.`,
  owned: (linked: number, orphans: number) =>
    `${counted(linked, 'account belongs', 'accounts belong')} to somebody, ${formatCount(orphans)} to nobody.`,
  peopleAndGrants,
  byRule: (count: number, rule: CorrelationRule) => `${accounts(count)} by ${enumWords(ruleNames, rule)}`,
  byNothing: (count: number) => `${accounts(count)} by nothing`,
  ambiguous: (count: number) => `${accounts(count)} could belong to several people`,
  conflicts: (count: number) => `${accounts(count)} on which rules disagree`,
  reasons: {
    [Reason.UNSPECIFIED]: '',
    [Reason.NONE]: 'no person has its mail address, user name or id',
    [Reason.AMBIGUOUS]: 'several people have its key',
    [Reason.CONFLICT]: 'rules disagree whose it is',
  },
  inApplication: (application: string) => `in ${application}`,
  rows: (count: number, first: string) => `${counted(count, 'row', 'rows')}, the first ${first}`,
} as const

function accounts(count: number): string {
  return counted(count, 'account', 'accounts')
}

function peopleAndGrants(people: number, grants: number): string {
  return `${formatCount(people)} people, ${formatCount(grants)} grants`
}

const ruleNames: Readonly<Record<CorrelationRule, string>> = {
  [CorrelationRule.UNSPECIFIED]: '',
  [CorrelationRule.LINK]: 'link',
  [CorrelationRule.MAP]: 'map',
  [CorrelationRule.EMAIL]: 'email',
  [CorrelationRule.USERNAME]: 'username',
  [CorrelationRule.ID]: 'id',
  [CorrelationRule.SERVICE]: 'service',
  [CorrelationRule.SELF]: 'self',
}
