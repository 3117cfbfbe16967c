import type { InternalTokens } from '@assay/auth'
import type { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import type { ProvisionTools } from '@assay/role-sessions'
import { domainErrorOf } from '@assay/rpc'
import type { Client } from '@connectrpc/connect'
import { onwardHeaders } from './onward-work.ts'

/** The most members that the profile service takes in one call. */
const membersAtATime = 10_000

/** Makes an access profile by calls to the mining service; each of them may be repeated. */
export function makeProfileBy(
  profiles: Client<typeof ProfileService>,
  tokens: InternalTokens,
): ProvisionTools['makeProfile'] {
  return async (tenantId, { name, description, ownerId, requestedBy, entitlements, memberIds, requestId }, signal) => {
    // Every call gets a new token, since tokens are valid for a short time.
    const options = async () => ({ signal, headers: await onwardHeaders(tokens, tenantId, requestedBy) })
    try {
      const accessProfile = { displayName: name, description, ownerId }
      const request = { accessProfile, entitlements: entitlements.map((one) => ({ ...one })), requestId }
      const { id } = await profiles.createAccessProfile(request, await options())
      for (let at = 0; at < memberIds.length; at += membersAtATime) {
        const identityIds = memberIds.slice(at, at + membersAtATime)
        await profiles.addAccessProfileMembers({ accessProfileId: id, identityIds }, await options())
      }
      return id
    } catch (error) {
      throw domainErrorOf(error, 'mining')
    }
  }
}
