import type { AccessProfile } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { sentenceOf, transport } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { refreshProfiles } from './queries.ts'
import { texts } from './texts.ts'

const profiles = createClient(ProfileService, transport)

/** A rule, and whether the automation uses it. */
interface Rule {
  readonly celExpression: string
  readonly automationEnabled: boolean
}

/**
 * Saves a rule if the profile is still as the page read it.
 * @returns `overtaken` when another user has changed the profile since; `failed` after another failure, which a toast reports
 */
export async function saveRule(profile: AccessProfile, rule: Rule): Promise<'saved' | 'overtaken' | 'failed'> {
  const { id, etag, celExpression, automationEnabled } = profile
  try {
    const saved = await profiles.updateAccessProfile({
      accessProfile: { id, etag, ...rule },
      updateMask: { paths: ['cel_expression', 'automation_enabled'] },
    })
    showToast(texts.ruleSaved, () => void saveRule(saved, { celExpression, automationEnabled }))
    await refreshProfiles()
    return 'saved'
  } catch (error) {
    if (ConnectError.from(error).code === Code.Aborted) return 'overtaken'
    showToast(sentenceOf(error))
    return 'failed'
  }
}

/** The profile as it is now; undefined when it could not be read, which a toast reports. */
export async function readAgain({ id }: AccessProfile): Promise<AccessProfile | undefined> {
  try {
    return await profiles.getAccessProfile({ accessProfileId: id })
  } catch (error) {
    showToast(sentenceOf(error))
    return undefined
  }
}
