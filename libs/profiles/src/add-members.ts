import { identityKeys } from '@assay/directory'
import { failedPrecondition, invalidArgument, listed } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { lockAccessProfile } from './access-profiles.ts'
import { recordProfile } from './profile-entry.ts'

const mostAtOnce = 10_000

/**
 * Makes identities members of a profile without automation, or with `createTasks` opens a task for each. Present members stay, and a second
 * call changes nothing. Runs in the caller's transaction.
 * @throws not_found for the profile; failed_precondition when a rule decides; invalid_argument with a list of identities that do not exist
 */
export async function addProfileMembers(
  sql: TenantSql,
  tenantId: number,
  profileId: string,
  identityIds: readonly string[],
): Promise<{ readonly joined?: number; readonly tasksOpened?: number }> {
  const { createTasks, automationEnabled } = await lockAccessProfile(sql, profileId)
  if (automationEnabled)
    throw failedPrecondition(`the rule of access profile "${profileId}" decides who its members are`)
  const known = await keysOf(sql, identityIds)
  const keys = [...known.values()]
  if (createTasks) {
    const asked = await sql<{ key: number }[]>`
      insert into access_profile_tasks (tenant_id, profile_id, identity_key, kind, by_hand)
      select ${tenantId}, ${profileId}, key, 'enrol', true from unnest(${keys}::integer[]) as key
      where not exists (select from access_profile_members where profile_id = ${profileId} and identity_key = key)
      on conflict (tenant_id, profile_id, identity_key, kind) where in_force do nothing
      returning identity_key as key`
    await recordAdded(sql, profileId, 'profile.members.ask', asked, known)
    return { tasksOpened: asked.length }
  }
  const joined = await sql<{ key: number }[]>`
    insert into access_profile_members (tenant_id, profile_id, identity_key)
    select ${tenantId}, ${profileId}, unnest(${keys}::integer[]) on conflict do nothing returning identity_key as key`
  await recordAdded(sql, profileId, 'profile.members.add', joined, known)
  return { joined: joined.length }
}

/** The entry does not contain people who already are members or have a task. */
async function recordAdded(
  sql: TenantSql,
  profileId: string,
  kind: string,
  added: readonly { readonly key: number }[],
  known: ReadonlyMap<string, number>,
): Promise<void> {
  if (added.length === 0) return
  const keys = new Set(added.map(({ key }) => key))
  const people = [...known].flatMap(([id, key]) => (keys.has(key) ? [id] : []))
  await recordProfile(sql, profileId, { kind, people, after: { count: people.length } })
}

async function keysOf(sql: TenantSql, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0 || ids.length > mostAtOnce) {
    throw invalidArgument('identity_ids', `must name 1 to ${mostAtOnce} identities, it names ${ids.length}`)
  }
  const known = await identityKeys(sql, ids)
  const unknown = [...new Set(ids)].filter((id) => !known.has(id))
  if (unknown.length > 0) {
    const named = unknown.map((id) => JSON.stringify(id))
    throw invalidArgument('identity_ids', `nobody has the id ${listed(named)}`)
  }
  return known
}
