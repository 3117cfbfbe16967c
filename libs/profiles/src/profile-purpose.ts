import { failedPrecondition } from '@assay/errors'
import type { AccessProfile } from './access-profile.ts'

/**
 * Checks that the purpose of a profile fits its settings.
 * @throws failed_precondition for a birthright that people may request, and for a requestable profile with a rule
 */
export function checkPurpose(
  profile: Pick<AccessProfile, 'purpose' | 'published' | 'requestBundle' | 'celExpression' | 'automationEnabled'>,
): void {
  if (profile.purpose === 'requestable' && (profile.automationEnabled || profile.celExpression !== ''))
    throw failedPrecondition('access profile type Requestable does not support membership automation')
  if (profile.purpose !== 'birthright') return
  if (profile.published) throw failedPrecondition(noRequests)
  if (profile.requestBundle)
    throw failedPrecondition('access profile type Birthright does not support profile membership requests')
}

export const noRequests = 'access profile type Birthright does not support entitlement request settings'
