import {
  type ProfileDrift,
  DriftRemoval_Reason as Reason,
} from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import {
  type AccessProfile,
  type MembershipPreview,
  AutomationPauseReason as Pause,
} from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { counted, formatCount, formatShare } from '../../kit/figures.ts'
import { ruleParts } from '../../kit/rule-texts.ts'
import type { TabName } from './search.ts'

export const texts = {
  gone: 'There is no such access profile. Perhaps somebody undid its acceptance, or deleted it.',
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
  automationOn: 'The rule decides who is a member, now and after every load',
  tryRule: 'Try it',
  tryFirst: 'Try it before it is saved: nothing changes.',
  saveRule: 'Save the rule',
  ruleSaved: 'The rule is saved.',
  cancel: 'Cancel',
  overtaken: 'Another user has changed this profile. What you typed is not saved, and stays here.',
  saveOver: 'Load the new profile, and keep mine to save again',
  dryRun: 'What the rule would do',
  trying: 'Trying the rule on everybody.',
  triedBefore: 'This is the result of the rule before your last change.',
  whoMoves: 'Who joins or leaves',
  directions: { in: 'Who joins', out: 'Who leaves' },
  nobodyMoves: 'Nobody.',
  missing: 'A value is missing',
  failed: 'The rule ends in an error',
  title: 'Access profile',
  columns: { access: 'Access', application: 'Application', person: 'Person', mail: 'Mail' },
  paused: 'The rule is paused',
  pausedSince: (time: string) => `The rule is paused since ${time}: members stay as they are.`,
  resumeMeans: 'Check the rule and try it first. When you continue it, any number of members may join and leave, once.',
  resume: 'Continue the rule',
  resumed: 'The rule decides again who is a member.',
  tasks: 'Changes that wait for a decision',
  tasksMean: 'The rule asks for these changes of members. None takes effect before somebody approves it.',
  wouldJoin: 'would become a member',
  wouldLeave: 'would stop being a member',
  approve: 'Approve',
  decline: 'Decline',
  answerTo: (answer: string, name: string) => `${answer}: ${name}`,
  taskApproved: (name: string) => `Approved for ${name}.`,
  taskDeclined: (name: string) => `Declined for ${name}: nothing changes.`,
  drift: 'Profile and data',
  lookingAtDrift: 'Comparing the profile with the access data.',
  couldGive: 'Access that members share and the profile lacks',
  neednotGive: 'Access that no member needs from it',
  lackingMembers: 'Members who lack some of its access',
  outsideHolders: 'People outside who hold all of its access',
  heldBy: (share: string) => `held by ${share}`,
  lacks: (count: number) => `lacks ${counted(count, 'entitlement', 'entitlements')}`,
  firstOf: (shown: number, all: number) => `The first ${formatCount(shown)} of ${formatCount(all)}.`,
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

export const pauseReasons: Readonly<Record<Pause, string>> = {
  [Pause.UNSPECIFIED]: '',
  [Pause.CIRCUIT_BREAKER]: 'Too many members would have left at once.',
  [Pause.SEMANTICS_CHANGED]: 'Since an upgrade of Assay, the rule has another meaning.',
  [Pause.RULE_UNREADABLE]: 'The rule is not valid any more; change it.',
}

export const removalReasons: Readonly<Record<Reason, string>> = {
  [Reason.UNSPECIFIED]: '',
  [Reason.NOT_HELD]: 'no member holds it',
  [Reason.NOT_USED]: 'no member has used it for 90 days',
}

/** A sentence about the differences between a profile and the access data. */
export function driftSentence(drift: ProfileDrift): string {
  const { peopleCount, lackingMemberCount, lackingCount, outsideHolderCount, goneEntitlementCount } = drift
  const ends = [
    ...ruleParts(drift),
    ...listed(goneEntitlementCount, 'entitlement is', 'entitlements are', 'no longer in the data'),
  ]
  // A rule that matches nobody leaves no member.
  if (peopleCount === 0)
    return `${['No enabled person is a member, so there is nothing to compare', ...ends].join('; ')}.`
  const additions = drift.additionsOfMost + drift.additionsOfHalf
  const parts = [
    ...(lackingMemberCount > 0
      ? [
          `${formatShare(lackingMemberCount, peopleCount)} ${peopleCount === 1 ? 'member lacks' : 'members lack'} some of its access, ${counted(Number(lackingCount), 'grant', 'grants')} in all`,
        ]
      : ['every member holds all of its access']),
    ...listed(outsideHolderCount, 'person outside holds all of it', 'people outside hold all of it'),
    ...listed(
      additions,
      'entitlement that it lacks is',
      'entitlements that it lacks are',
      'shared by half of the members or more',
    ),
    ...listed(drift.removalCount, 'entitlement is', 'entitlements are', 'held or used by no member'),
    ...ends,
  ]
  const [first = '', ...others] = parts
  return `${[first.charAt(0).toUpperCase() + first.slice(1), ...others].join('; ')}.`
}

function listed(count: number, one: string, many: string, rest = ''): readonly string[] {
  return count === 0 ? [] : [`${counted(count, one, many)} ${rest}`.trim()]
}

/** A sentence about the effect of a rule on the members. */
export function ruleSentence({ memberCount, selected, joining, leaving, missing, failed }: MembershipPreview): string {
  const [comes, goes] = [joining?.count ?? 0, leaving?.count ?? 0]
  const what = `${counted(selected?.count ?? 0, 'member', 'members')} by this rule`
  const change =
    comes + goes === 0
      ? 'nobody joins, and nobody leaves'
      : `${moved(comes, 'joins', 'join')}; ${goes === 0 ? 'nobody leaves' : `${formatShare(goes, memberCount)} ${goes === 1 ? 'leaves' : 'leave'}`}`
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
