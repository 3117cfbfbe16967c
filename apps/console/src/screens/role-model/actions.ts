import { CandidateService, type Draft } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import {
  DownloadRoleModelRequest_Content as Content,
  DownloadRoleModelRequest_Format as Format,
} from '@assay/contracts/assay/rolemodel/v1/role_model_outline_pb'
import { RoleModelService } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { createClient } from '@connectrpc/connect'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { savePieces } from '../../shell/download.ts'
import { showToast } from '../../shell/toast.tsx'
import { forgetRoleModels, refreshRoleModels } from '../role-models/queries.ts'
import { roleCandidate } from './queries.ts'
import { texts } from './texts.ts'

const models = createClient(RoleModelService, transport)
const candidates = createClient(CandidateService, transport)

/** Saves roles as drafts. When one fails, the earlier drafts stay and can be undone. @returns whether all were made */
export async function keepRolesAsDrafts(roleModelId: string, numbers: readonly number[]): Promise<boolean> {
  const made: Draft[] = []
  const takeAway = () => void deleteDrafts(made)
  try {
    for (const number of numbers) {
      made.push(
        await candidates.createDraft({ candidate: roleCandidate(roleModelId, number), requestId: crypto.randomUUID() }),
      )
    }
    showToast(texts.keptAsDrafts(made.length), takeAway)
    return true
  } catch (error) {
    showToast(sentenceOf(error), made.length > 0 ? takeAway : undefined)
    return false
  } finally {
    await refreshCandidates()
  }
}

async function deleteDrafts(drafts: readonly Draft[]): Promise<void> {
  try {
    for (const { id: draftId, etag } of drafts) await candidates.deleteDraft({ draftId, etag })
    showToast(texts.draftsDeleted)
  } catch (error) {
    showToast(sentenceOf(error))
  }
  await refreshCandidates()
}

async function refreshCandidates(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: CandidateService.typeName }] })
}

/** Saves the entitlements or the people of the roles as CSV. */
export async function saveRoles(roleModelId: string, content: 'entitlements' | 'people'): Promise<void> {
  const request = {
    roleModelId,
    content: content === 'people' ? Content.IDENTITIES : Content.ENTITLEMENTS,
    format: Format.CSV,
  }
  try {
    await savePieces(models.downloadRoleModel(request), `role-model-${content}.csv`)
  } catch (error) {
    showToast(sentenceOf(error))
  }
}

/** Once, or after each load as well, or once more and then no more. */
export type Revising = 'once' | 'follow' | 'followNoMore'

/** Starts to bring a model to the data in force. @returns whether it has begun; a toast reports a failure */
export async function reviseRoleModel(roleModelId: string, how: Revising): Promise<boolean> {
  try {
    await models.reviseRoleModel({ roleModelId, ...(how !== 'once' && { follow: how === 'follow' }) })
    return true
  } catch (error) {
    showToast(sentenceOf(error))
    return false
  } finally {
    await refreshRoleModels()
  }
}

/** @returns whether it was deleted; a toast reports a failure */
export async function deleteRoleModel(roleModelId: string): Promise<boolean> {
  try {
    await models.deleteRoleModel({ roleModelId })
    showToast(texts.deleted)
    await forgetRoleModels()
    return true
  } catch (error) {
    showToast(sentenceOf(error))
    await refreshRoleModels()
    return false
  }
}

/** Makes an access profile of each role. @returns the number of profiles, or undefined after a failure, which a toast reports */
export async function makeProfiles(roleModelId: string): Promise<number | undefined> {
  try {
    const { accessProfileCount } = await models.exportRoleModel({ roleModelId })
    await queryClient.invalidateQueries({
      queryKey: ['connect-query', { serviceName: 'assay.profile.v1.ProfileService' }],
    })
    return accessProfileCount
  } catch (error) {
    showToast(sentenceOf(error))
    return undefined
  }
}
