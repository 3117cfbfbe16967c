import { detailNames, type PublishedContent, type PublishedDetails } from './published-content.ts'

/** The difference of a profile from its last publication to the target. */
export interface ProfileDifference {
  readonly profileId: string
  readonly displayName: string
  /** `removed`: it was handed over, and no longer exists. */
  readonly kind: 'added' | 'changed' | 'removed' | 'same'
  /** The changed members of the profile; `entitlements`: the same ones in another order, which some files show. */
  readonly changedDetails: readonly (keyof PublishedDetails | 'entitlements')[]
  /** Keys of the directory, ascending. */
  readonly addedEntitlements: readonly number[]
  readonly removedEntitlements: readonly number[]
  readonly addedMembers: readonly number[]
  readonly removedMembers: readonly number[]
}

/** A profile as it was handed over, without its hash. */
export type EarlierContent = Omit<PublishedContent, 'contentHash'>

const nothing: Pick<PublishedContent, 'entitlementKeys' | 'memberKeys'> = { entitlementKeys: [], memberKeys: [] }

/**
 * The differences of the profiles, in their order, then those of removed profiles.
 * @param isWhole whether the contents are those of all profiles, so that an earlier profile that is missing was removed
 */
export function publicationDifference(
  contents: readonly PublishedContent[],
  earlier: readonly EarlierContent[],
  isWhole: boolean,
): readonly ProfileDifference[] {
  const before = new Map(earlier.map((one) => [one.profileId, one]))
  const present = new Set(contents.map(({ profileId }) => profileId))
  const gone = isWhole ? earlier.filter(({ profileId }) => !present.has(profileId)) : []
  return [
    ...contents.map((content) => profileDifference(before.get(content.profileId), content)),
    ...gone.map((content) => profileDifference(content, undefined)),
  ]
}

function profileDifference(before: EarlierContent | undefined, after: PublishedContent | undefined): ProfileDifference {
  const { profileId, details } = (after ?? before) as EarlierContent
  const [old, fresh] = [before ?? nothing, after ?? nothing]
  const [addedEntitlements, removedEntitlements] = movedKeys(old.entitlementKeys, fresh.entitlementKeys)
  const [addedMembers, removedMembers] = movedKeys(old.memberKeys, fresh.memberKeys)
  const changedDetails: ProfileDifference['changedDetails'] =
    before !== undefined && after !== undefined
      ? [
          ...detailNames.filter((name) => before.details[name] !== after.details[name]),
          ...(isReordered(before.entitlementKeys, after.entitlementKeys) ? (['entitlements'] as const) : []),
        ]
      : []
  const moved = [addedEntitlements, removedEntitlements, addedMembers, removedMembers]
  const isSame = changedDetails.length === 0 && moved.every(({ length }) => length === 0)
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : isSame ? 'same' : 'changed'
  const { displayName } = details
  return {
    profileId,
    displayName,
    kind,
    changedDetails,
    addedEntitlements,
    removedEntitlements,
    addedMembers,
    removedMembers,
  }
}

/** Whether the same keys are in another order. */
function isReordered(before: readonly number[], after: readonly number[]): boolean {
  const [added, removed] = movedKeys(before, after)
  return added.length + removed.length === 0 && before.some((key, place) => key !== after[place])
}

/** The keys that are only in the second list, and those that are only in the first; both ascending. */
function movedKeys(before: ArrayLike<number>, after: ArrayLike<number>): [added: number[], removed: number[]] {
  const old = Int32Array.from(before).sort()
  const fresh = Int32Array.from(after).sort()
  const added: number[] = []
  const removed: number[] = []
  for (let i = 0, j = 0; i < old.length || j < fresh.length; ) {
    const gone = old[i] ?? Number.POSITIVE_INFINITY
    const come = fresh[j] ?? Number.POSITIVE_INFINITY
    if (gone < come) removed.push(gone)
    if (come < gone) added.push(come)
    if (gone <= come) i++
    if (come <= gone) j++
  }
  return [added, removed]
}
