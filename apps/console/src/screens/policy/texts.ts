import type { PolicyPreview } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { counted, formatCount } from '../../kit/figures.ts'

export const texts = {
  looking: 'Looking at the policy.',
  gone: 'This policy is gone, or never was.',
  all: 'All policies',
  newTitle: (kind: string) => `New policy: ${kind}`,
  form: 'What it says',
  name: 'Name',
  description: 'Why there is this policy',
  privileged: 'What the data call privileged',
  riskLevel: 'Risk from this level on (empty: none)',
  coverage: 'From this share of a role’s people that hold it, it may be in the role (%; empty: never)',
  named: 'Named entitlements',
  days: 'Days without use',
  applications: 'Only in these applications (none chosen: in all)',
  complete: 'Applications whose usage is complete: who is not in it did not use them',
  first: 'The one set',
  second: 'The other set',
  severity: 'How bad a breach is',
  exceptions: 'People of whom it does not speak',
  exceptionOf: (person: string, day: string) => `${person}, until ${day}`,
  addException: 'Add an exception',
  person: 'Person',
  reason: 'Why',
  until: 'Until',
  share: 'Most grants of a role that are new to its people (%)',
  grants: 'Most grants that are new, in all',
  weight: 'A privileged one counts so many times',
  fewestMembers: 'Fewest people',
  fewestEntitlements: 'Fewest entitlements',
  pattern: 'Names match this regular expression (RE2)',
  find: (what: string) => `Add to: ${what}`,
  findHint: 'the beginning of a name',
  remove: (what: string) => `Take away ${what}`,
  nothingFound: 'Nothing has this name.',
  tryIt: 'Try it',
  save: 'Save',
  saved: (name: string) => `“${name}” is saved. It holds for what is proposed from now on.`,
  changed: 'Somebody else changed this policy meanwhile.',
  readTheirs: 'Read theirs',
  delete: 'Delete',
  deleteTitle: 'Delete this policy?',
  deleteMeans: 'It goes with its exceptions. Switched off it would stay, and say nothing.',
  confirmDelete: 'Delete it',
  cancel: 'Cancel',
  deleted: (name: string) => `“${name}” is deleted.`,
  mayNot: 'Your role reads; policies are an administrator’s.',
  trial: 'What it would do',
  candidate: 'Candidate',
  leftOut: 'Left out',
  refused: 'not proposed',
  breaches: 'What the present data hold against it',
  noBreaches: 'Nothing.',
  also: 'and also',
  allBreaches: 'All of them, under Coverage',
} as const

/** What a trial came to. */
export function previewSentence(preview: PolicyPreview): string {
  const { suggestionCount, cutCount, refusedCount, leftOutCount, breachCount, moreBreaches } = preview
  const looked = `Of ${counted(suggestionCount, 'open candidate', 'open candidates')}`
  const cut =
    cutCount + refusedCount === 0
      ? `${looked} all stay as they are.`
      : `${looked} ${formatCount(cutCount)} would be smaller and ${formatCount(refusedCount)} not proposed; ${counted(leftOutCount, 'entitlement', 'entitlements')} left out.`
  const breaches =
    breachCount === 0
      ? 'The present data hold nothing against it.'
      : `The present data hold ${moreBreaches ? 'more than ' : ''}${counted(breachCount, 'breach', 'breaches')} against it.`
  return `${cut} ${breaches}`
}
