import { filterCondition, type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { notFound } from '@assay/errors'
import { asJson, isUuid, onlyRow, type TenantSql } from '@assay/store'

/** `profiles.delete`: how many profiles were deleted at once. `drift.measure`: what the drift of all profiles came to. */
type FinishedTaskKind = 'profiles.delete' | 'drift.measure'

/** A task that ended before its caller was answered. */
export interface FinishedTask {
  readonly id: string
  readonly kind: FinishedTaskKind
  /** An identity's id, or an API client's. */
  readonly launchedBy: string
  readonly outcome: Readonly<Record<string, unknown>>
  readonly createdAt: Date
}

/** So many of a tenant can be asked for; those that are too old go by themselves. */
const mostKept = 1_000

/** Keeps a task, and forgets the oldest one where there are too many. Part of the transaction that did the work. */
export async function keepFinishedTask(
  sql: TenantSql,
  tenantId: number,
  { kind, launchedBy, outcome }: Pick<FinishedTask, 'kind' | 'launchedBy' | 'outcome'>,
): Promise<FinishedTask> {
  await sql`
    delete from finished_tasks
    where id in (select id from finished_tasks order by created_at desc, id offset ${mostKept - 1})`
  const made = onlyRow(
    await sql<{ id: string }[]>`
    insert into finished_tasks (tenant_id, kind, launched_by, outcome)
    values (${tenantId}, ${kind}, ${launchedBy}, ${asJson(sql, outcome)}) returning id`,
  )
  return getFinishedTask(sql, made.id)
}

/** @throws not_found, also for a text that is not an id */
export async function getFinishedTask(sql: TenantSql, id: string, kind?: FinishedTaskKind): Promise<FinishedTask> {
  const [found] = isUuid(id)
    ? await sql<FinishedTask[]>`
        select ${columns(sql)} from finished_tasks where id = ${id} ${kind === undefined ? sql`` : sql`and kind = ${kind}`}`
    : []
  if (found === undefined) throw notFound('task', id)
  return found
}

/** The tasks of a kind that a filter lets through, newest first unless they are sorted. */
export async function queryFinishedTasks(
  sql: TenantSql,
  kind: FinishedTaskKind,
  { filter, sorters, page, wantsTotal }: ListQuery<'id' | 'launchedBy', 'createdAt'>,
): Promise<Listed<FinishedTask>> {
  const passes = filterCondition(sql, filter, { id: sql`id::text`, launchedBy: sql`launched_by` })
  const tasks =
    page.limit === 0
      ? []
      : await sql<FinishedTask[]>`
          select ${columns(sql)} from finished_tasks where kind = ${kind} and ${passes}
          ${sortOrder(sql, sorters, { createdAt: sql`created_at` }, [sql`created_at desc`, sql`id`])}
          limit ${page.limit} offset ${page.offset}`
  const counted = wantsTotal
    ? await sql<
        { total: number }[]
      >`select count(*)::integer as total from finished_tasks where kind = ${kind} and ${passes}`
    : []
  return { items: tasks, total: counted[0]?.total }
}

function columns(sql: TenantSql) {
  return sql`id, kind, launched_by as "launchedBy", outcome, created_at as "createdAt"`
}
