import type { AccessProfile, MembershipPreview } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { counted, formatShare } from '../../kit/figures.ts'
import type { TabName } from './search.ts'

export const texts = {
  gone: 'This access profile is not there. Somebody may have taken its acceptance back, or deleted it.',
  toList: 'To the profiles',
  parts: 'What is shown of it',
  access: 'What it gives',
  members: 'Members',
  noMembers: 'Nobody is a member.',
  rule: 'Rule',
  noRule: 'It has no rule: members are added one by one.',
  writeRule: 'Write a rule…',
  editRule: 'Change the rule…',
  ruleField: 'Rule (CEL over subject)',
  goToFault: 'Go there',
  automationOn: 'It decides who is a member, now and after every load',
  tryRule: 'Try it',
  tryFirst: 'Try it before it is saved: nothing changes.',
  saveRule: 'Save the rule',
  ruleSaved: 'The rule is saved.',
  cancel: 'Cancel',
  overtaken: 'Somebody else changed this profile meanwhile. What you typed is not saved, and stays here.',
  saveOver: 'Read theirs, keep mine to save again',
  dryRun: 'What the rule would do',
  trying: 'Asking the rule about everybody.',
  triedBefore: 'This is of the rule as it was before the last change.',
  whoMoves: 'Who comes in or goes out',
  directions: { in: 'Who comes in', out: 'Who goes out' },
  nobodyMoves: 'Nobody.',
  missing: 'A value is missing',
  failed: 'The rule ends in an error',
  title: 'Access profile',
  columns: { access: 'Access', application: 'Application', person: 'Person', mail: 'Mail' },
  problemAt: (line: number, column: number) => `Line ${line}, column ${column}:`,
} as const

/** A sentence about a profile and about what decides on its members. */
export function profileSentence(profile: AccessProfile): string {
  const { memberCount, entitlementCount, pendingTaskCount, automationEnabled, automationPauseTime } = profile
  const what = `${counted(memberCount, 'member', 'members')}, ${counted(entitlementCount, 'entitlement', 'entitlements')}.`
  const who =
    automationPauseTime !== undefined
      ? 'Its rule is paused: members stay as they are.'
      : automationEnabled
        ? 'Its rule decides who is a member, after every load.'
        : 'No rule decides who is a member.'
  const tasks = pendingTaskCount > 0 ? ` ${counted(pendingTaskCount, 'task waits', 'tasks wait')} for a decision.` : ''
  return `${what} ${who}${tasks}`
}

/** A sentence about the effect of a rule on the members. */
export function ruleSentence({ memberCount, selected, joining, leaving, missing, failed }: MembershipPreview): string {
  const [comes, goes] = [joining?.count ?? 0, leaving?.count ?? 0]
  const what = `${counted(selected?.count ?? 0, 'member', 'members')} by this rule`
  const change =
    comes + goes === 0
      ? 'nobody comes in, and nobody goes out'
      : `${moved(comes, 'comes in', 'come in')}; ${goes === 0 ? 'nobody goes out' : `${formatShare(goes, memberCount)} ${goes === 1 ? 'goes' : 'go'} out`}`
  const unsure = [
    ...part(missing?.count ?? 0, 'is left out, since a value is missing', 'are left out, since a value is missing'),
    ...part(failed?.count ?? 0, 'is left out by an error', 'are left out by an error'),
  ]
  return [`${what}: ${change}.`, ...unsure].join(' ')
}

function moved(count: number, one: string, many: string): string {
  return count === 0 ? `nobody ${one}` : `${counted(count, 'person', 'people')} ${count === 1 ? one : many}`
}

function part(count: number, one: string, many: string): readonly string[] {
  return count === 0 ? [] : [`${counted(count, 'person', 'people')} ${count === 1 ? one : many}.`]
}

export const tabNames: Readonly<Record<TabName, string>> = { lists: 'Access and members', matrix: 'Matrix' }
