import type { TenantSql } from '@assay/store'
import type { Page } from './access-profiles.ts'
import { type MembershipTask, type TaskPosition, taskColumns, taskTables } from './pending-tasks.ts'

/** Conditions on tasks; an absent or empty condition accepts all. */
export interface TaskSearch {
  readonly ids?: readonly string[]
  readonly exceptIds?: readonly string[]
  readonly profileIds?: readonly string[]
  readonly exceptProfileIds?: readonly string[]
  /** Ids of the people who would join or leave. */
  readonly identityIds?: readonly string[]
  readonly requestedBy?: readonly string[]
  /** The id of an identity that requested the task, or that the task is about. */
  readonly requestedByOrAbout?: string
  readonly resolvedBy?: readonly string[]
  /** Tasks that this identity resolved, and the pending tasks if it may decide on them. */
  readonly decider?: { readonly id: string; readonly decidesOpen: boolean }
  readonly kinds?: readonly MembershipTask['kind'][]
  readonly isOpen?: boolean
  /** Part of the name of the profile or of the person, regardless of case. */
  readonly text?: string
  readonly createdAfter?: Date
  readonly createdBefore?: Date
  /** Newest first; by default oldest first. */
  readonly newestFirst?: boolean
}

/** Tasks of all states, sorted by the time of their creation, then by id. */
export async function searchTasks(
  sql: TenantSql,
  search: TaskSearch,
  { size, after }: Page<TaskPosition>,
): Promise<{ tasks: MembershipTask[]; last: TaskPosition | undefined }> {
  const direction = search.newestFirst ? sql`desc` : sql`asc`
  const behind = search.newestFirst ? sql`<` : sql`>`
  const rows = await sql<(MembershipTask & { position: string })[]>`
    select ${taskColumns(sql)}, task.created_at::text as position from ${taskTables(sql)}
    where true ${conditions(sql, search)}
      ${after === undefined ? sql`` : sql`and (task.created_at, task.id) ${behind} (${after[0]}::text::timestamptz, ${after[1]}::uuid)`}
    order by task.created_at ${direction}, task.id ${direction} limit ${size + 1}`
  const shown = rows.slice(0, size)
  const end = rows.length > size ? shown.at(-1) : undefined
  return { tasks: shown.map(({ position: _, ...task }) => task), last: end && [end.position, end.id] }
}

function conditions(sql: TenantSql, search: TaskSearch) {
  const { isOpen, decider, text = '', requestedByOrAbout = '', createdAfter, createdBefore } = search
  const among = (value: ReturnType<TenantSql>, list: readonly string[] | undefined, isLeftOut = false) =>
    list === undefined || list.length === 0
      ? sql``
      : sql`and ${isLeftOut ? sql`not` : sql``} ${value} = any(${[...list]}::text[])`
  const word = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
  return sql`
    ${among(sql`task.id::text`, search.ids)} ${among(sql`task.id::text`, search.exceptIds, true)}
    ${among(sql`task.profile_id::text`, search.profileIds)}
    ${among(sql`task.profile_id::text`, search.exceptProfileIds, true)}
    ${among(sql`identity.id`, search.identityIds)} ${among(sql`task.requested_by`, search.requestedBy)}
    ${among(sql`task.resolved_by`, search.resolvedBy)} ${among(sql`task.kind`, search.kinds)}
    ${isOpen === undefined ? sql`` : isOpen ? sql`and task.state = 'pending'` : sql`and task.state <> 'pending'`}
    ${requestedByOrAbout === '' ? sql`` : sql`and (task.requested_by = ${requestedByOrAbout} or identity.id = ${requestedByOrAbout})`}
    ${decider === undefined ? sql`` : sql`and (task.resolved_by = ${decider.id} or (task.state = 'pending' and ${decider.decidesOpen}))`}
    ${text === '' ? sql`` : sql`and (profile.display_name ilike ${word} or identity.display_name ilike ${word})`}
    ${createdAfter === undefined ? sql`` : sql`and task.created_at > ${createdAfter}`}
    ${createdBefore === undefined ? sql`` : sql`and task.created_at < ${createdBefore}`}`
}
