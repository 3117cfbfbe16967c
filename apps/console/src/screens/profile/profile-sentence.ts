import type { AccessProfile } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { counted } from '../../kit/figures.ts'

/** What a profile is and who decides about its members. */
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
