import { filterCondition, type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { notFound } from '@assay/errors'
import { asJson, isUuid, onlyRow, type TenantSql } from '@assay/store'

/** `profiles.delete`: the number of profiles that one call deleted. `drift.measure`: the total drift of all profiles. */
type FinishedTaskKind = 'profiles.delete' | 'drift.measure'

/** A task that ended before its call returned. */
export interface FinishedTask {
  readonly id: string
  readonly kind: FinishedTaskKind
  /** The id of an identity or of an API client. */
  readonly launchedBy: string
  readonly outcome: Readonly<Record<string, unknown>>
  readonly createdAt: Date
}

/** A tenant stores at most this number of tasks; old ones are removed by age. */
const mostKept = 1_000

/** Stores a task, and removes the oldest one when there are too many. Runs in the transaction that did the work. */
export async function storeFinishedTask(
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

/** @throws not_found when no task has the id, or when the text is no UUID */
export async function getFinishedTask(sql: TenantSql, id: string, kind?: FinishedTaskKind): Promise<FinishedTask> {
  const [found] = isUuid(id)
    ? await sql<FinishedTask[]>`
        select ${columns(sql)} from finished_tasks where id = ${id} ${kind === undefined ? sql`` : sql`and kind = ${kind}`}`
    : []
  if (found === undefined) throw notFound('task', id)
  return found
}

/** The tasks of a kind that match a filter, newest first unless the query sorts them. */
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
