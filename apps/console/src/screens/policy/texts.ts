import type { EntitlementReference } from '@assay/contracts/assay/directory/v1/entitlement_reference_pb'
import type { Breach } from '@assay/contracts/assay/policy/v1/policy_pb'
import type { PolicyPreview } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { counted, formatCount } from '../../kit/figures.ts'
import { texts as kitTexts } from '../../kit/texts.ts'
import { nameFinder } from './entitlement-names.ts'

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
  remove: (what: string) => `Take away ${what}`,
  needsName: 'Give it a name to save it.',
  tryIt: 'Try it',
  save: 'Save',
  saved: (name: string) => `“${name}” is saved. It holds for what is proposed from now on.`,
  changed: 'This policy has changed since you began. What you typed is still here.',
  dropMine: 'Discard my changes',
  keepMine: 'Keep mine, to save over it',
  delete: 'Delete',
  deleteTitle: 'Delete this policy?',
  deleteMeans: 'It goes with its exceptions. Switched off it would stay, and say nothing.',
  confirmDelete: 'Delete it',
  cancel: 'Cancel',
  deleted: (name: string) => `“${name}” is deleted.`,
  mayNot: 'You can see policies, but not change them: this needs the right to administer, for all people.',
  trial: 'What it would do',
  candidate: 'Candidate',
  leftOut: 'Left out',
  refused: 'not proposed',
  breaches: 'What the present data hold against it',
  noBreaches: 'Nothing.',
  /** @param day empty when the data have no use of the access */
  lastUsed: (access: string, day: string) => `${access}, last used ${day || 'never in the data'}`,
  both: (first: string, second: string) => `${first} and also ${second}`,
  accessOf: (application: string, entitlement: string) => `${application}: ${entitlement}`,
  allBreaches: 'All of them, under Coverage',
} as const

/** The access of a breach: `ERP: Pay and also ERP: Approve`. */
export function heldText(breach: Breach): string {
  const nameOf = nameFinder(breach.entitlementNames)
  return heldBy(breach, (reference) => {
    const { applicationDisplayName, displayName } = nameOf(reference) ?? {}
    return texts.accessOf(applicationDisplayName || reference.applicationId, displayName || reference.entitlementId)
  })
}

/** The same by the ids of the data. */
export function heldIds(breach: Breach): string {
  return heldBy(breach, ({ applicationId, entitlementId }) => texts.accessOf(applicationId, entitlementId))
}

function heldBy(breach: Breach, nameOf: (reference: EntitlementReference) => string): string {
  const { first, second, firstCount, secondCount, lastUsedDay } = breach
  const listOf = (set: readonly EntitlementReference[], count: number) => {
    const more = count - set.length
    return [...set.map(nameOf), ...(more > 0 ? [kitTexts.andMore(formatCount(more))] : [])].join(', ')
  }
  const held = listOf(first, firstCount)
  return second.length === 0 ? texts.lastUsed(held, lastUsedDay) : texts.both(held, listOf(second, secondCount))
}

/** The result of a preview. */
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
