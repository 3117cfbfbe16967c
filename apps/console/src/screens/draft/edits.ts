import type { CandidateEdits, CandidateEditsSchema } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { entitlementKey } from '../candidate/search.ts'

export type Edits = Omit<MessageInitShape<typeof CandidateEditsSchema>, '$typeName'>

/** What the edits leave out: keys of entitlements (`entitlementKey`) and ids of people. */
export function leftOut(edits: CandidateEdits | undefined) {
  return {
    access: new Set((edits?.removedEntitlements ?? []).map(entitlementKey)),
    people: new Set(edits?.removedIdentityIds ?? []),
  }
}

/** The edits after an entitlement is left out or put back. */
export function withAccessToggled(edits: CandidateEdits | undefined, key: string): Edits {
  const before = edits?.removedEntitlements ?? []
  const [applicationId, entitlementId] = JSON.parse(key) as [string, string]
  const without = before.filter((one) => entitlementKey(one) !== key)
  const removedEntitlements = without.length < before.length ? without : [...before, { applicationId, entitlementId }]
  return { ...plain(edits), removedEntitlements }
}

/** The edits after a person is left out or put back. */
export function withPersonToggled(edits: CandidateEdits | undefined, identityId: string): Edits {
  const before = edits?.removedIdentityIds ?? []
  const removedIdentityIds = before.includes(identityId)
    ? before.filter((id) => id !== identityId)
    : [...before, identityId]
  return { ...plain(edits), removedIdentityIds }
}

export function withName(edits: CandidateEdits | undefined, displayName: string): Edits {
  return { ...plain(edits), displayName }
}

/** Edits that add back what the draft leaves out, so that a list also shows the left-out parts. */
export function withLeftOut(edits: CandidateEdits | undefined): Edits {
  return {
    addedEntitlements: edits?.removedEntitlements ?? [],
    addedIdentityIds: edits?.removedIdentityIds ?? [],
  }
}

/** The edits that turn a draft with `theirs` into one with `mine`; both start from the same sources. */
export function onTopOf(theirs: CandidateEdits | undefined, mine: Edits): Edits {
  const removed = new Set((mine.removedEntitlements ?? []).map((one) => entitlementKey(full(one))))
  const gone = new Set(mine.removedIdentityIds ?? [])
  return {
    ...mine,
    addedEntitlements: [
      ...(mine.addedEntitlements ?? []),
      ...(theirs?.removedEntitlements ?? []).filter((one) => !removed.has(entitlementKey(one))),
    ],
    addedIdentityIds: [
      ...(mine.addedIdentityIds ?? []),
      ...(theirs?.removedIdentityIds ?? []).filter((id) => !gone.has(id)),
    ],
  }
}

const full = ({ applicationId = '', entitlementId = '' }: { applicationId?: string; entitlementId?: string }) => ({
  applicationId,
  entitlementId,
})

function plain(edits: CandidateEdits | undefined): Edits {
  if (edits === undefined) return {}
  const { $typeName: _, $unknown: __, ...rest } = edits
  return rest
}
