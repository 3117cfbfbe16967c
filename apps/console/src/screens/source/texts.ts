import { CorrelationRule, Orphan_Reason as Reason } from '@assay/contracts/assay/source/v1/source_pb'
import { enumWords } from '../../kit/enum-words.ts'
import { counted, formatCount } from '../../kit/figures.ts'

export const texts = {
  belongs: 'Where it belongs',
  toData: 'To the data',
  nothingYet: 'Nothing of this source is in force yet.',
  reading: 'Its server',
  readNow: 'Read now',
  loads: 'Loads',
  inForce: 'in force',
  noLoads: 'This source has no load yet.',
  orphans: 'Accounts without a person',
  noOrphans: 'Every account and holder of this source belongs to a person.',
  orphanHint: 'Their access counts for nobody until they belong to a person.',
  proposed: 'Proposed: the people whose key fits',
  link: 'Belongs to',
  linked: 'Linked. Assay is combining the sources again; then the link takes effect.',
  correlation: 'How accounts find their people',
  bring: 'Bring the next delivery',
  more: 'more are not listed here.',
  looking: 'Looking at the source.',
  gone: 'There is no source with this id. It may have been deleted.',
  accounts: 'Accounts',
  noAccounts: 'This source has no accounts.',
  countAccounts: accounts,
  account: 'Account',
  person: 'Belongs to',
  how: 'How',
  change: 'Change',
  nobody: 'nobody',
  inId: (id: string, application: string) => `${id} in ${application}`,
  unlink: 'Remove the link…',
  unlinkNamed: (account: string) => `Remove the link of ${account}…`,
  unlinkTitle: 'Remove this link?',
  unlinkMeans: (account: string, person: string) =>
    `The account ${account} belongs to ${person} because a user linked it. Without the link the rules decide to whom it belongs, and it may belong to nobody. Assay combines the sources again at once; then it takes effect.`,
  keepLink: 'Keep the link',
  confirmUnlink: 'Remove it',
  unlinked: (account: string) =>
    `The link of ${account} is removed; the rules decide when the sources are put together.`,
  linkedAgain: (account: string, person: string) => `${account} is linked to ${person} again.`,
  takesEffect: 'its link has changed; this takes effect soon',
  delete: 'Delete this source…',
  deleteTitle: 'Delete this source?',
  /** @param isAccountsOnly its people are accounts and belong to other sources */
  deleteTakes: (people: number, accounts: number, grants: number, isAccountsOnly: boolean) =>
    `It takes away up to ${isAccountsOnly ? counted(people + accounts, 'account', 'accounts') : sizes(people, accounts)} and ${counted(grants, 'grant', 'grants')}: all that no other source has.`,
  deleteTakesNothing: 'Nothing of it is in force.',
  deleteMeans:
    'Assay combines the sources again at once, and analyses and roles no longer use these data. It cannot be undone; you would have to bring the files again.',
  confirmDelete: 'Delete it',
  deleted: (name: string) => `“${name}” is deleted. Assay is combining the sources again; then its data are gone.`,
  inForceNow: (people: number, grants: number) => `${peopleAndGrants(people, grants)} in force.`,
  owned: (linked: number, orphans: number) =>
    `${counted(linked, 'account belongs', 'accounts belong')} to a person, ${formatCount(orphans)} to nobody.`,
  peopleAndGrants,
  byRule: (count: number, rule: CorrelationRule) => `${accounts(count)} by ${enumWords(ruleNames, rule)}`,
  byNothing: (count: number) => `${accounts(count)} by no rule`,
  ambiguous: (count: number) => `${accounts(count)} could belong to several people`,
  conflicts: (count: number) => `${accounts(count)} on which rules disagree`,
  reasons: {
    [Reason.UNSPECIFIED]: '',
    [Reason.NONE]: 'no person has its mail address, user name or id',
    [Reason.AMBIGUOUS]: 'several people have its key',
    [Reason.CONFLICT]: 'rules disagree to whom it belongs',
  },
  inApplication: (application: string) => `in ${application}`,
  rows: (count: number, first: string) => `${counted(count, 'row', 'rows')}, the first ${first}`,
} as const

function sizes(people: number, accounts: number): string {
  const named = counted(people, 'person', 'people')
  return accounts === 0 ? named : `${named}, ${counted(accounts, 'account', 'accounts')}`
}

function accounts(count: number): string {
  return counted(count, 'account', 'accounts')
}

function peopleAndGrants(people: number, grants: number): string {
  return `${formatCount(people)} people, ${formatCount(grants)} grants`
}

/** Why an account belongs to its person. */
export const ruleReasons: Readonly<Record<CorrelationRule, string>> = {
  [CorrelationRule.UNSPECIFIED]: '',
  [CorrelationRule.LINK]: 'a user linked it',
  [CorrelationRule.MAP]: 'the map names the person',
  [CorrelationRule.EMAIL]: 'the same mail address',
  [CorrelationRule.USERNAME]: 'the same user name',
  [CorrelationRule.ID]: 'the same id',
  [CorrelationRule.SERVICE]: 'a service account, which belongs to itself',
  [CorrelationRule.SELF]: 'no source has people, so it is one',
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
