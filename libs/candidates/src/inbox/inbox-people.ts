import { identityNamesByKey } from '@assay/directory'
import { aborted } from '@assay/errors'
import { identityStatuses, ordinalsOf, type Snapshot } from '@assay/mining'
import { type LoadedSnapshot, peopleWithin } from '@assay/role-mining'
import { inboxRolePeople } from '@assay/role-sessions'
import type { TenantSql } from '@assay/store'
import { findCandidate } from './inbox-candidate.ts'

export const inboxPeopleFilters = ['all', 'gains', 'unchanged'] as const
type InboxPeopleFilter = (typeof inboxPeopleFilters)[number]

/** A person of a candidate. */
interface InboxPerson {
  readonly identityId: string
  readonly displayName: string
  /** Number of the candidate's entitlements that the person is not assigned. */
  readonly gainCount: number
}

/** The number of people on earlier pages, and the version of the snapshot. */
export type InboxPeoplePosition = readonly [shown: number, version: string]

/**
 * One page of a candidate's people in the import in force: most gains first, then in the order in which the directory first saw them.
 * @throws not_found; aborted (ACCESS_DATA_CHANGED) when another import is in force than at the previous page
 */
export async function listInboxPeople(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  id: string,
  filter: InboxPeopleFilter,
  { size, after }: { readonly size: number; readonly after?: InboxPeoplePosition | undefined },
): Promise<{ people: InboxPerson[]; totalCount: number; last: InboxPeoplePosition | undefined }> {
  const found = await findCandidate(sql, id)
  if (loaded === undefined) return { people: [], totalCount: 0, last: undefined }
  if (after !== undefined && after[1] !== loaded.version)
    throw aborted('Other access data came into force since the first page; start again from the first page', {
      reason: 'ACCESS_DATA_CHANGED',
    })
  const { snapshot } = loaded
  const [members, entitlements] =
    found.kind === 'suggestion'
      ? [
          await peopleWithin(sql, snapshot, [{ filters: found.suggestion.cohortFilters }]),
          found.suggestion.entitlements,
        ]
      : [enabledPeople(snapshot, await inboxRolePeople(sql, id)), found.role.entitlements]
  const gains = gainsOf(
    snapshot,
    members,
    entitlements.map(({ key }) => key),
  )
  const wanted = [...members.keys()].filter((at) => filter === 'all' || gains[at]! > 0 === (filter === 'gains'))
  wanted.sort((a, b) => gains[b]! - gains[a]! || a - b)
  const start = after?.[0] ?? 0
  const page = wanted.slice(start, start + size)
  const keyOf = (at: number) => snapshot.identityKey[members[at]!]!
  const names = await identityNamesByKey(sql, page.map(keyOf))
  return {
    people: page.map((at) => {
      const { id: identityId = '', displayName = '' } = names.get(keyOf(at)) ?? {}
      return { identityId, displayName, gainCount: gains[at]! }
    }),
    totalCount: wanted.length,
    last: start + size < wanted.length ? [start + size, loaded.version] : undefined,
  }
}

/** Ordinals, ascending, of those people who are enabled now. */
export function enabledPeople(snapshot: Snapshot, keys: ArrayLike<number>): Uint32Array {
  const { ordinals } = ordinalsOf(snapshot.identityKey, keys)
  return ordinals.filter((ordinal) => snapshot.identityStatus[ordinal] === identityStatuses.enabled)
}

/**
 * For each person, the number of entitlements that the person is not assigned. Entitlements that the snapshot does not have are not
 * counted.
 */
function gainsOf(snapshot: Snapshot, people: Uint32Array, entitlementKeys: readonly number[]): Uint32Array {
  const { rowOffset, rowEntitlement, entitlementKey, entitlementCount } = snapshot
  const wanted = new Set(entitlementKeys)
  const isWanted = new Uint8Array(entitlementCount)
  let known = 0
  for (let entitlement = 0; entitlement < entitlementCount; entitlement++) {
    if (!wanted.has(entitlementKey[entitlement]!)) continue
    isWanted[entitlement] = 1
    known++
  }
  return people.map((person) => {
    const end = rowOffset[person + 1]!
    let held = 0
    for (let at = rowOffset[person]!; at < end; at++) held += isWanted[rowEntitlement[at]!]!
    return known - held
  })
}
