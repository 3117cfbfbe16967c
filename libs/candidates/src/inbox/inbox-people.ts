import { identityNamesByKey } from '@assay/directory'
import { aborted } from '@assay/errors'
import { identityStatuses, ordinalsOf, type Snapshot } from '@assay/mining'
import { type LoadedSnapshot, peopleWithin } from '@assay/role-mining'
import { inboxRolePeople } from '@assay/role-sessions'
import type { TenantSql } from '@assay/store'
import { findCandidate } from './inbox-candidate.ts'

export const inboxPeopleFilters = ['all', 'gains', 'unchanged'] as const
type InboxPeopleFilter = (typeof inboxPeopleFilters)[number]

/** Somebody who is meant by a candidate. */
interface InboxPerson {
  readonly identityId: string
  readonly displayName: string
  /** Entitlements of the candidate that the person is not assigned. */
  readonly gainCount: number
}

/** How many have gone before, and the version of the snapshot that they were of. */
export type InboxPeoplePosition = readonly [shown: number, version: string]

/**
 * One page of the people who are meant by a candidate on the import in force: most gains first, then in the order in which the
 * directory first saw them.
 * @throws not_found; aborted (ACCESS_DATA_CHANGED) for a page of another import than the one before
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
    throw aborted('Other access data have come into force since the first page was read; begin again', {
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

/** Ordinals, ascending, of those among some people who are enabled now. */
export function enabledPeople(snapshot: Snapshot, keys: ArrayLike<number>): Uint32Array {
  const { ordinals } = ordinalsOf(snapshot.identityKey, keys)
  return ordinals.filter((ordinal) => snapshot.identityStatus[ordinal] === identityStatuses.enabled)
}

/** How many of the entitlements each of the people is not assigned. Those that the snapshot does not have count for nobody. */
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
