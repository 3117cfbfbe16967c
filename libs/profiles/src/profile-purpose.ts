import { failedPrecondition } from '@assay/errors'
import type { AccessProfile } from './access-profile.ts'

/**
 * What a profile is for must go with what is set on it.
 * @throws failed_precondition for a birthright that people may ask for, and for one to be asked for that follows a rule
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
