import { CandidateService } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { createClient } from '@connectrpc/connect'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { candidateOf } from '../compare/reference.ts'
import { texts } from './texts.ts'

const candidates = createClient(CandidateService, transport)
const profiles = createClient(ProfileService, transport)

/** The maximum number of members that one call adds. */
export const mostMembers = 10_000

/** Request ids of unfinished calls, by draft and name: a repeated call with the same id makes no second profile. */
const requests = new Map<string, string>()

/**
 * Makes an access profile of a draft, with its people as members. When adding the members fails, the profile is deleted. When
 * the deletion fails too, for example without a connection, the next attempt continues with the existing profile.
 * @returns the profile's id, or undefined after a failure, which a toast reports
 */
export async function makeProfile(draftId: string, displayName: string): Promise<string | undefined> {
  const request = `${draftId} ${displayName}`
  const requestId = requests.get(request) ?? crypto.randomUUID()
  requests.set(request, requestId)
  try {
    const candidate = candidateOf({ kind: 'draft', id: draftId })
    const entitlements = await all(async (pageToken) => {
      const page = await candidates.listCandidateEntitlements({ candidate, pageSize: 100, pageToken })
      return [page.entitlements, page.nextPageToken]
    })
    const people = await all(async (pageToken) => {
      const page = await candidates.listCandidateIdentities({ candidate, pageSize: 100, pageToken })
      return [page.identities, page.nextPageToken]
    })
    const { id } = await profiles.createAccessProfile({
      accessProfile: { displayName },
      entitlements: entitlements.map(({ applicationId, entitlementId }) => ({ applicationId, entitlementId })),
      requestId,
    })
    await addMembers(
      id,
      people.map(({ identityId }) => identityId),
      () => requests.delete(request),
    )
    requests.delete(request)
    showToast(texts.profileMade(displayName), () => void takeAway(id))
    await refreshProfiles()
    return id
  } catch (error) {
    showToast(sentenceOf(error))
    return undefined
  }
}

async function addMembers(
  accessProfileId: string,
  identityIds: readonly string[],
  onDeleted: () => void,
): Promise<void> {
  if (identityIds.length === 0) return
  try {
    await profiles.addAccessProfileMembers({ accessProfileId, identityIds: [...identityIds] })
  } catch (error) {
    // The user sees why the members were refused, not whether the deletion succeeded.
    await profiles.deleteAccessProfile({ accessProfileId }).then(onDeleted, () => {})
    throw error
  }
}

async function takeAway(accessProfileId: string): Promise<void> {
  try {
    await profiles.deleteAccessProfile({ accessProfileId })
    showToast(texts.profileDeleted)
  } catch (error) {
    showToast(sentenceOf(error))
  }
  await refreshProfiles()
}

async function refreshProfiles(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: ProfileService.typeName }] })
}

async function all<Item>(page: (token: string) => Promise<readonly [readonly Item[], string]>): Promise<Item[]> {
  const items: Item[] = []
  let token = ''
  do {
    const [some, next] = await page(token)
    items.push(...some)
    token = next
  } while (token !== '')
  return items
}
