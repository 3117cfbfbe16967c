import { identityKeys } from '@assay/directory'
import { failedPrecondition, invalidArgument } from '@assay/errors'
import { onlyRow, type TenantSql } from '@assay/store'
import { lockAccessProfile } from './access-profiles.ts'
import { getMembershipTask, type MembershipTask, makeChange } from './pending-tasks.ts'
import { recordProfile } from './profile-entry.ts'

/**
 * Requests that one person joins or leaves a profile without automation. With `createTasks` the request waits for a decision, and a
 * repeated request returns the pending task. Otherwise the change is made at once, and the task is approved.
 * @throws not_found for the profile; failed_precondition when a rule decides, and when there is nothing to change; invalid_argument for a
 * person who does not exist
 */
export async function requestMembership(
  sql: TenantSql,
  tenantId: number,
  request: {
    readonly profileId: string
    readonly identityId: string
    readonly kind: MembershipTask['kind']
    readonly requestedBy: string
  },
): Promise<MembershipTask> {
  const { profileId, identityId, kind, requestedBy } = request
  const { createTasks, automationEnabled } = await lockAccessProfile(sql, profileId)
  if (automationEnabled)
    throw failedPrecondition(`the rule of access profile "${profileId}" decides who its members are`)
  const identityKey = (await identityKeys(sql, [identityId])).get(identityId)
  if (identityKey === undefined) throw invalidArgument('identity_id', `nobody has the id "${identityId}"`)
  const found = await sql`
    select from access_profile_members where profile_id = ${profileId} and identity_key = ${identityKey}`
  if (found.count > 0 === (kind === 'enrol'))
    throw failedPrecondition(
      `"${identityId}" is ${kind === 'enrol' ? 'a' : 'no'} member of access profile "${profileId}"`,
    )
  if (!createTasks) await makeChange(sql, tenantId, { kind, profileId, identityKey })
  const state = createTasks ? 'pending' : 'approved'
  const [made] = await sql<{ id: string }[]>`
    insert into access_profile_tasks (tenant_id, profile_id, identity_key, kind, state, in_force, resolved_at, resolved_by,
      by_hand, requested_by)
    values (${tenantId}, ${profileId}, ${identityKey}, ${kind}, ${state}, ${createTasks},
      case when ${!createTasks} then now() end, ${createTasks ? '' : requestedBy}, true, ${requestedBy})
    on conflict (tenant_id, profile_id, identity_key, kind) where in_force do nothing returning id`
  if (made === undefined) return askAgain(sql, { profileId, identityId, identityKey, kind })
  const done = kind === 'enrol' ? 'add' : 'remove'
  await recordProfile(sql, profileId, {
    kind: createTasks ? 'profile.members.ask' : `profile.members.${done}`,
    people: [identityId],
    after: { count: 1, taskId: made.id, change: kind },
  })
  return getMembershipTask(sql, made.id)
}

/** Returns the pending task. A declined task becomes pending again, since a person requests the change now. */
async function askAgain(
  sql: TenantSql,
  {
    profileId,
    identityId,
    identityKey,
    kind,
  }: Pick<MembershipTask, 'profileId' | 'identityId' | 'kind'> & { readonly identityKey: number },
): Promise<MembershipTask> {
  const task = onlyRow(
    await sql<{ id: string; state: string }[]>`
    select id, state from access_profile_tasks
    where in_force and profile_id = ${profileId} and identity_key = ${identityKey} and kind = ${kind} for update`,
  )
  if (task.state === 'declined') {
    await sql`update access_profile_tasks set state = 'pending', resolved_at = null, resolved_by = '' where id = ${task.id}`
    await recordProfile(sql, profileId, {
      kind: 'profile.members.ask',
      people: [identityId],
      after: { count: 1, taskId: task.id, change: kind },
    })
  }
  return getMembershipTask(sql, task.id)
}
