import { identityKeys, identityIds as idsOfKeys } from '@assay/directory'
import { failedPrecondition, invalidArgument, itemAt, listed } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { lockAccessProfile } from './access-profiles.ts'
import { lockMembership } from './lock-membership.ts'
import { differencesOf, type MembershipChanges, makeChanges, withdrawAllTasks } from './membership-changes.ts'
import { recordProfile } from './profile-entry.ts'

/** The most identities that a call may name, and the most members that it may change: the entry of the ledger names them. */
const mostMembers = 10_000

interface SetOptions {
  /** The name of the list in the caller's API. */
  readonly field?: string
  /** The most people who may join and leave at once; 10,000 by default. */
  readonly mostChanges?: number
  /** The longest wait for other evaluations of the tenant. */
  readonly timeoutMs?: number | undefined
}

/**
 * Makes exactly these identities the members of a profile without automation, or with `createTasks` opens a task for each change. An
 * identity that is named twice counts once; the same members again change nothing. Runs in the caller's transaction.
 * @throws not_found for the profile; failed_precondition when a rule decides; invalid_argument with a list of identities that do not exist,
 * for more than 10,000 identities, and for more changes than `mostChanges`
 */
export async function setProfileMembers(
  sql: TenantSql,
  tenantId: number,
  profileId: string,
  identityIds: readonly string[],
  { field = 'identity_ids', mostChanges = mostMembers, timeoutMs }: SetOptions = {},
): Promise<MembershipChanges> {
  await lockMembership(sql, tenantId, timeoutMs)
  const { createTasks, automationEnabled } = await lockAccessProfile(sql, profileId)
  if (automationEnabled)
    throw failedPrecondition(`the rule of access profile "${profileId}" decides who its members are`)
  const selected = Int32Array.from(await keysOf(sql, identityIds, field)).sort()
  const difference = itemAt(await differencesOf(sql, [{ profile: { id: profileId, createTasks }, selected }]), 0)
  const { memberCount, joining, leaving } = difference
  if (joining.length + leaving.length > mostChanges) {
    throw invalidArgument(
      field,
      `changes ${joining.length + leaving.length} members; at most ${mostChanges} at once, so change them in several calls`,
    )
  }
  // The list decides about earlier requests as well.
  if (!createTasks) await withdrawAllTasks(sql, [profileId])
  const changes = await makeChanges(sql, tenantId, [difference])
  if (joining.length + leaving.length === 0) return changes
  await sql`update access_profiles set updated_at = now() where id = ${profileId}`
  await recordProfile(sql, profileId, {
    kind: 'profile.members.set',
    before: { members: memberCount },
    after: { joining: joining.length, leaving: leaving.length, asTasks: createTasks },
    // People who join first, then people who leave.
    people: await idsOfKeys(sql, [...joining, ...leaving]),
  })
  return changes
}

async function keysOf(sql: TenantSql, ids: readonly string[], field: string): Promise<number[]> {
  const wanted = new Set(ids)
  if (wanted.size > mostMembers) {
    throw invalidArgument(field, `names ${wanted.size} identities; at most ${mostMembers} can be named, so give a rule`)
  }
  const known = await identityKeys(sql, [...wanted])
  const unknown = [...wanted].filter((id) => !known.has(id))
  if (unknown.length > 0) {
    throw invalidArgument(field, `nobody has the id ${listed(unknown.map((id) => JSON.stringify(id)))}`)
  }
  return [...known.values()]
}
