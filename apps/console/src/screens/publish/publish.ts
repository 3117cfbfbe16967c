import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { PublicationService } from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { download } from '../../shell/download.ts'
import { showToast } from '../../shell/toast.tsx'
import { decide, type Outcome } from '../candidates/decisions.ts'
import { handedOver, texts } from './texts.ts'

const publications = createClient(PublicationService, transport)
const inbox = createClient(InboxService, transport)

interface Wanted {
  readonly accessProfileId: string
  readonly targetId: string
  readonly title: string
  /** The hash of the preview that the user saw. */
  readonly contentHash: string
}

/** Records the publication of a profile, and saves the files. @returns a sentence about the failure, or undefined */
export async function publishProfile({
  accessProfileId,
  targetId,
  title,
  contentHash,
}: Wanted): Promise<string | undefined> {
  try {
    const request = { targetId, accessProfileIds: [accessProfileId], contentHash }
    const { id } = await publications.createPublication(request)
    await download(`/publications/v1/publications/${id}:download`, `access-profile-${targetId}.zip`)
    showToast(handedOver(title))
    return undefined
  } catch (error) {
    if (ConnectError.from(error).code === Code.Aborted) return texts.changedMeanwhile
    return sentenceOf(error)
  } finally {
    await queryClient.invalidateQueries({
      queryKey: ['connect-query', { serviceName: PublicationService.typeName }],
    })
  }
}

type Accepted = Extract<Outcome, { readonly case?: 'accept' }>

/** Accepts a candidate, so that its profile can be handed over. @returns the profile's id, or undefined after a failure */
export async function acceptToPublish(
  candidate: Parameters<typeof decide>[0][number],
  outcome: Accepted,
): Promise<string | undefined> {
  if (!(await decide([candidate], outcome))) return undefined
  const { accessProfileId } = await inbox.getInboxCandidate({ candidateId: candidate.id })
  return accessProfileId === '' ? undefined : accessProfileId
}
