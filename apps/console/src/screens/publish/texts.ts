import type { ProfileDifference } from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { counted, formatCount } from '../../kit/figures.ts'

export const texts = {
  open: 'Hand over to a system…',
  title: 'Hand over to another system',
  means: 'You get files that the system reads. What you hand over, and who did, is recorded.',
  needsProfile: 'It becomes an access profile first. Then you choose the system and see what it gets.',
  target: 'System',
  noTarget: 'Choose a system',
  looking: 'Comparing with the last time.',
  neverBefore: 'It was never handed over to this system.',
  changes: 'What has changed since the last time',
  changedFields: (names: readonly string[]) => `Changed: ${names.join(', ')}`,
  fields: {
    display_name: 'name',
    description: 'description',
    cel_expression: 'rule',
    automation_enabled: 'whether its rule decides',
    create_tasks: 'whether changes wait for a decision',
    common_access: 'whether it is common access',
    owner_id: 'owner',
  },
  addedAccess: (count: number) => `New access (${formatCount(count)})`,
  removedAccess: (count: number) => `Access that is gone (${formatCount(count)})`,
  addedMembers: (count: number) => `New members (${formatCount(count)})`,
  removedMembers: (count: number) => `Members who are gone (${formatCount(count)})`,
  losses: 'What the files do not say',
  files: 'Files',
  confirm: 'Hand over and download',
  cancel: 'Cancel',
  changedMeanwhile: 'The profile has changed meanwhile. This is how it differs now.',
  makeProfile: 'Make the profile and go on',
} as const

/** `Handed over to SCIM 2.0 groups and roles.` */
export function handedOver(title: string): string {
  return `Handed over: ${title}. The files are saved.`
}

/** A sentence about the difference to the last time; undefined means that there is none. */
export function publishSentence(difference: ProfileDifference | undefined): string {
  if (difference === undefined) return 'Nothing has changed since the last time.'
  const { addedEntitlementCount, removedEntitlementCount, addedMemberCount, removedMemberCount } = difference
  const parts = [
    counts(addedEntitlementCount, removedEntitlementCount, 'entitlement', 'entitlements'),
    counts(addedMemberCount, removedMemberCount, 'member', 'members'),
  ].filter((part) => part !== '')
  if (parts.length === 0) return 'What it gives and to whom is as it was the last time.'
  return `${parts.join('; ')}.`
}

function counts(added: number, removed: number, one: string, many: string): string {
  const both = [
    added > 0 ? `${counted(added, `${one} comes`, `${many} come`)} in` : '',
    removed > 0 ? `${counted(removed, `${one} goes`, `${many} go`)} out` : '',
  ].filter((part) => part !== '')
  return both.join(', ')
}
