import {
  ProfileDifference_Kind as Kind,
  type ProfileDifference as ProfileDifferenceMessage,
  ProfileDifferenceSchema,
} from '@assay/contracts/assay/publication/v1/publication_service_pb'
import type { namesOfMoved, ProfileDifference, Publication } from '@assay/publications'
import type { Target } from '@assay/targets'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

/** The most items of each list of additions and removals. */
const mostShown = 50

type Names = Awaited<ReturnType<typeof namesOfMoved>>

const kinds = { added: Kind.ADDED, changed: Kind.CHANGED, removed: Kind.REMOVED, same: Kind.UNSPECIFIED } as const

/** The members of AccessProfile, by their names in the proto. */
const fields: Readonly<Record<ProfileDifference['changedDetails'][number], string>> = {
  displayName: 'display_name',
  description: 'description',
  celExpression: 'cel_expression',
  automationEnabled: 'automation_enabled',
  createTasks: 'create_tasks',
  commonAccess: 'common_access',
  ownerId: 'owner_id',
  entitlements: 'entitlements',
}

export function toTargetMessage({ id, title, loses, files }: Target) {
  return { id, title, fileNames: files([]).map(({ name }) => name), losses: [...loses] }
}

export function toPublicationMessage(publication: Publication, nameOf: (id: string) => string) {
  const { id, targetId, publishedAt, publishedBy, profileCount, contentHash } = publication
  return {
    id,
    targetId,
    publishTime: timestampFromDate(publishedAt),
    publishedBy,
    publishedByDisplayName: nameOf(publishedBy),
    profileCount,
    contentHash,
  }
}

/** The keys of the entitlements and members that a page shows. */
export function shownKeys(differences: readonly ProfileDifference[]): {
  readonly entitlements: number[]
  readonly members: number[]
} {
  const shown = (...lists: (readonly number[])[]) => lists.flatMap((list) => list.slice(0, mostShown))
  return {
    entitlements: differences.flatMap((one) => shown(one.addedEntitlements, one.removedEntitlements)),
    members: differences.flatMap((one) => shown(one.addedMembers, one.removedMembers)),
  }
}

export function toDifferenceMessage(difference: ProfileDifference, names: Names): ProfileDifferenceMessage {
  const { addedEntitlements, removedEntitlements, addedMembers, removedMembers } = difference
  return create(ProfileDifferenceSchema, {
    accessProfileId: difference.profileId,
    displayName: difference.displayName,
    kind: kinds[difference.kind],
    changedFields: difference.changedDetails.map((name) => fields[name]),
    addedEntitlementCount: addedEntitlements.length,
    addedEntitlements: entitlementsNamed(addedEntitlements, names),
    removedEntitlementCount: removedEntitlements.length,
    removedEntitlements: entitlementsNamed(removedEntitlements, names),
    addedMemberCount: addedMembers.length,
    addedMembers: membersNamed(addedMembers, names),
    removedMemberCount: removedMembers.length,
    removedMembers: membersNamed(removedMembers, names),
  })
}

function entitlementsNamed(keys: readonly number[], { entitlements }: Names) {
  return keys.slice(0, mostShown).flatMap((key) => {
    const found = entitlements.get(key)
    if (found === undefined) return []
    const { applicationId, applicationDisplayName, id, displayName } = found
    return [{ applicationId, applicationDisplayName, entitlementId: id, entitlementDisplayName: displayName }]
  })
}

function membersNamed(keys: readonly number[], { members }: Names) {
  return keys.slice(0, mostShown).flatMap((key) => {
    const found = members.get(key)
    return found === undefined ? [] : [{ identityId: found.id, identityDisplayName: found.displayName }]
  })
}
