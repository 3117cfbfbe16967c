import type { CandidateSchema } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { CandidateService, type Draft } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import type { EntitlementReference } from '@assay/contracts/assay/directory/v1/entitlement_reference_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import type { Merge } from '../compare/merge-question.tsx'
import { candidateOf, type Reference } from '../compare/reference.ts'
import { texts } from './texts.ts'

const candidates = createClient(CandidateService, transport)

type Candidate = MessageInitShape<typeof CandidateSchema>
type Entitlement = Pick<EntitlementReference, 'applicationId' | 'entitlementId'>

/** Saves a candidate as a draft. @returns its id, or undefined after a failure, which a toast reports */
export async function keepAsDraft(candidate: Candidate, displayName = ''): Promise<string | undefined> {
  return await made(async () => [
    await candidates.createDraft({ candidate, displayName, requestId: crypto.randomUUID() }),
  ])
}

/** Makes one draft of several candidates. @returns as keepAsDraft */
export async function mergeIntoDraft(references: readonly Reference[], merge: Merge): Promise<string | undefined> {
  const merged = references.map((reference) => candidateOf(reference))
  return await made(async () => [
    await candidates.mergeCandidates({ ...merge, candidates: merged, requestId: crypto.randomUUID() }),
  ])
}

/** The part that a split puts into the first of its two drafts; the second gets the rest. */
type Part =
  | { readonly case: 'entitlements'; readonly entitlements: readonly Entitlement[] }
  | { readonly case: 'people'; readonly identityIds: readonly string[] }

/** Makes two drafts of one candidate. @returns the id of the second, or undefined after a failure, which a toast reports */
export async function splitIntoDrafts(candidate: Candidate, part: Part): Promise<string | undefined> {
  const by =
    part.case === 'entitlements'
      ? { case: part.case, value: { entitlements: [...part.entitlements] } }
      : {
          case: part.case,
          value: { rule: { case: 'identities' as const, value: { identityIds: [...part.identityIds] } } },
        }
  return await made(async () => {
    const { first, second } = await candidates.splitCandidate({ candidate, by })
    return [first, second].filter((draft) => draft !== undefined)
  })
}

async function made(make: () => Promise<readonly Draft[]>): Promise<string | undefined> {
  try {
    const drafts = await make()
    showToast(texts.saved(drafts.map(({ displayName }) => displayName)), () => void takeAway(drafts))
    await refreshDrafts()
    return drafts.at(-1)?.id
  } catch (error) {
    showToast(sentenceOf(error))
    return undefined
  }
}

/** Undoes the creation of drafts, unless they have been changed since. */
async function takeAway(drafts: readonly Draft[]): Promise<void> {
  try {
    for (const { id: draftId, etag } of drafts) await candidates.deleteDraft({ draftId, etag })
    showToast(texts.deleted(drafts.length))
  } catch (error) {
    showToast(sentenceOf(error))
  }
  await refreshDrafts()
}

/** @returns whether it was deleted; a toast reports a failure */
export async function deleteDraft({ id: draftId, etag, displayName }: Draft): Promise<boolean> {
  try {
    await candidates.deleteDraft({ draftId, etag })
    showToast(texts.deletedOne(displayName))
    await refreshDrafts()
    return true
  } catch (error) {
    showToast(sentenceOf(error))
    return false
  }
}

async function refreshDrafts(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: CandidateService.typeName }] })
}
