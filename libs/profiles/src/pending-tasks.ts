import { identityRelation } from '@assay/directory'
import { failedPrecondition, notFound } from '@assay/errors'
import { isUuid, onlyRow, type TenantSql } from '@assay/store'
import { type Page, requireAccessProfile } from './access-profiles.ts'
import { recordProfile } from './profile-entry.ts'

/** A change of membership that a rule or a person requested and that waits for a decision. */
export interface MembershipTask {
  readonly id: string
  readonly profileId: string
  readonly profileDisplayName: string
  readonly identityId: string
  readonly identityDisplayName: string
  readonly kind: 'enrol' | 'unenrol'
  /** Declined: membership does not change until the result of the rule changes. Withdrawn: the rule does not require it any more. */
  readonly state: 'pending' | 'approved' | 'declined' | 'withdrawn'
  readonly createdAt: Date
  readonly resolvedAt: Date | null
  /** Empty while the task is pending. */
  readonly resolvedBy: string
  /** True when a person requested it, false when the rule did. */
  readonly byHand: boolean
  /** Empty for a task of a rule. */
  readonly requestedBy: string
}

/** The position at which a page of tasks ends: the time with all its digits, and the id. */
export type TaskPosition = readonly [createdAt: string, id: string]

/**
 * The pending tasks, oldest first; of one profile, or of all.
 * @throws not_found for the profile
 */
export async function listPendingTasks(
  sql: TenantSql,
  query: Page<TaskPosition> & { readonly profileId?: string | undefined },
): Promise<{ tasks: MembershipTask[]; last: TaskPosition | undefined }> {
  const { after, profileId } = query
  if (profileId !== undefined) await requireAccessProfile(sql, profileId)
  const rows = await sql<(MembershipTask & { position: string })[]>`
    select ${taskColumns(sql)}, task.created_at::text as position from ${taskTables(sql)}
    where task.state = 'pending'
      ${profileId === undefined ? sql`` : sql`and task.profile_id = ${profileId}`}
      ${after === undefined ? sql`` : sql`and (task.created_at, task.id) > (${after[0]}::text::timestamptz, ${after[1]}::uuid)`}
    order by task.created_at, task.id limit ${query.size + 1}`
  const shown = rows.slice(0, query.size)
  const end = rows.length > query.size ? shown.at(-1) : undefined
  return { tasks: shown.map(({ position: _, ...task }) => task), last: end && [end.position, end.id] }
}

/** @throws not_found */
export async function getMembershipTask(sql: TenantSql, id: string): Promise<MembershipTask> {
  const [task] = isUuid(id)
    ? await sql<MembershipTask[]>`select ${taskColumns(sql)} from ${taskTables(sql)} where task.id = ${id}`
    : []
  if (task === undefined) throw notFound('task', id)
  return task
}

/** The id of the profile of a task; undefined when the task does not exist. */
export async function profileOfTask(sql: TenantSql, taskId: string): Promise<string | undefined> {
  if (!isUuid(taskId)) return undefined
  const [task] = await sql<{ id: string }[]>`select profile_id as id from access_profile_tasks where id = ${taskId}`
  return task?.id
}

/**
 * Approves a task, which makes its change, or declines it. Repeating a decision changes nothing.
 * @throws not_found; failed_precondition after the other decision, or when the task was withdrawn
 */
export async function resolvePendingTask(
  sql: TenantSql,
  tenantId: number,
  request: {
    readonly taskId: string
    readonly decision: 'approved' | 'declined'
    readonly resolvedBy: string
  },
): Promise<MembershipTask> {
  const { taskId, decision, resolvedBy } = request
  if (!isUuid(taskId)) throw notFound('task', taskId)
  // Locks the profile first, as an evaluation does: no other transaction may change members between reading and writing.
  await sql`
    select from access_profiles
    where id = (select profile_id from access_profile_tasks where id = ${taskId}) for no key update`
  const [task] = await sql<(Pick<MembershipTask, 'state' | 'kind' | 'profileId'> & { readonly identityKey: number })[]>`
    select state, kind, profile_id as "profileId", identity_key as "identityKey"
    from access_profile_tasks where id = ${taskId} for update`
  if (task === undefined) throw notFound('task', taskId)
  if (task.state === 'pending') {
    await sql`
      update access_profile_tasks
      set state = ${decision}, in_force = ${decision === 'declined'}, resolved_at = now(), resolved_by = ${resolvedBy}
      where id = ${taskId}`
    if (decision === 'approved') await makeChange(sql, tenantId, task)
  } else if (task.state !== decision) {
    throw failedPrecondition(`task "${taskId}" is ${task.state} already and cannot be ${decision}`)
  }
  const resolved = onlyRow(
    await sql<MembershipTask[]>`select ${taskColumns(sql)} from ${taskTables(sql)} where task.id = ${taskId}`,
  )
  if (task.state === 'pending') {
    const kind = decision === 'approved' ? 'profile.task.approve' : 'profile.task.decline'
    const people = [resolved.identityId]
    await recordProfile(sql, task.profileId, {
      kind,
      people,
      after: { taskId, change: task.kind },
      facts: { taskId, change: task.kind },
    })
  }
  return resolved
}

export async function makeChange(
  sql: TenantSql,
  tenantId: number,
  { kind, profileId, identityKey }: Pick<MembershipTask, 'kind' | 'profileId'> & { readonly identityKey: number },
): Promise<void> {
  if (kind === 'enrol') {
    await sql`
      insert into access_profile_members (tenant_id, profile_id, identity_key)
      values (${tenantId}, ${profileId}, ${identityKey}) on conflict do nothing`
  } else {
    await sql`delete from access_profile_members where profile_id = ${profileId} and identity_key = ${identityKey}`
  }
}

export function taskColumns(sql: TenantSql) {
  return sql`
    task.id, task.profile_id as "profileId", profile.display_name as "profileDisplayName",
    identity.id as "identityId", identity.display_name as "identityDisplayName", task.kind, task.state,
    task.created_at as "createdAt", task.resolved_at as "resolvedAt", task.resolved_by as "resolvedBy",
    task.by_hand as "byHand", task.requested_by as "requestedBy"`
}

export function taskTables(sql: TenantSql) {
  return sql`
    access_profile_tasks task
    join access_profiles profile on profile.tenant_id = task.tenant_id and profile.id = task.profile_id
    join ${identityRelation(sql)} identity on identity.tenant_id = task.tenant_id and identity.key = task.identity_key`
}
