import { failedPrecondition, notFound } from '@assay/errors'
import { isUuid, type TenantSql } from '@assay/store'
import { jobChannel } from './job-rows.ts'
import type { StoredProgress } from './progress.ts'

type WorkState = 'waiting' | 'delayed' | 'running' | 'cancelling'

/** A job that has not ended, as people see it. */
export interface TenantWork {
  readonly id: string
  /** The name of its queue. */
  readonly queue: string
  /** The ids of the objects that the work is about, by the names in its payload: `{loadId: "12"}`. */
  readonly about: Readonly<Record<string, string>>
  readonly state: WorkState
  readonly askedAt: Date
  /** When the present attempt began; undefined for one that waits. */
  readonly startedAt: Date | undefined
  readonly progress: StoredProgress | undefined
  /** The message of the last attempt, while the job waits for the next one; otherwise empty. */
  readonly message: string
}

/** The position at which a page ends. The time has its full precision. */
export type WorkPosition = readonly [askedAt: string, id: string]

/** The jobs of a tenant that have not ended, in these queues, the oldest first. Jobs that are due later are left out. */
export async function listTenantWork(
  sql: TenantSql,
  tenantId: number,
  queues: readonly string[],
  page: { readonly size: number; readonly after?: WorkPosition | undefined },
): Promise<{ readonly work: readonly TenantWork[]; readonly last: WorkPosition | undefined }> {
  const rows = await sql<WorkRow[]>`
    ${columns(sql)} where name = any(${[...queues]}::text[]) and state < 'completed' and data ->> 'tenantId' = ${String(tenantId)}
      and (state > 'created' or start_after <= now())
    ${page.after === undefined ? sql`` : sql`and (created_on, id) > (${page.after[0]}::text::timestamptz, ${page.after[1]}::uuid)`}
    order by created_on, id limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { work: shown.map(workOf), last: end && [end.position, end.id] }
}

/**
 * Requests the end of a job, in the caller's transaction: its worker stops it, and people get the message that it was cancelled
 * instead of a result. A waiting job ends when it is taken, which is at once unless another one of its kind has to end first.
 * Calling it twice has the same effect as calling it once.
 * @param queues those with work that can be cancelled
 * @throws not_found if the tenant has no such job that has not ended, failed_precondition for work that cannot be cancelled
 */
export async function cancelTenantWork(
  sql: TenantSql,
  tenantId: number,
  id: string,
  queues: { readonly shown: readonly string[]; readonly cancellable: readonly string[] },
): Promise<TenantWork> {
  const [found] = isUuid(id)
    ? await sql<WorkRow[]>`
        ${columns(sql)} where id = ${id} and name = any(${[...queues.shown]}::text[]) and state < 'completed'
          and data ->> 'tenantId' = ${String(tenantId)}
        for update`
    : []
  if (found === undefined) throw notFound('work that goes on', id)
  if (!queues.cancellable.includes(found.queue)) {
    throw failedPrecondition(
      `work "${id}" cannot be cancelled: it follows from data that are in force, and ends by itself`,
    )
  }
  await sql`
    update pgboss.job set output = coalesce(output, '{}') || '{"cancelled": true}',
      start_after = case when start_after = 'infinity' then start_after else least(start_after, now()) end
    where name = ${found.queue} and id = ${id}`
  await sql`select pg_notify(${jobChannel}, ${`end ${id}`}), pg_notify(${jobChannel}, ${`wake ${found.queue}`})`
  return { ...workOf(found), state: 'cancelling' }
}

interface WorkRow {
  readonly id: string
  readonly queue: string
  readonly data: Readonly<Record<string, unknown>>
  readonly state: 'created' | 'retry' | 'active'
  readonly isDue: boolean
  readonly askedAt: Date
  readonly startedAt: Date | null
  readonly output: {
    readonly progress?: StoredProgress
    readonly message?: string
    readonly cancelled?: boolean
  } | null
  readonly position: string
}

function columns(sql: TenantSql) {
  return sql`
    select id, name as queue, data, state, start_after <= now() and not blocked as "isDue", created_on as "askedAt",
      started_on as "startedAt", output, created_on::text as position
    from pgboss.job`
}

function workOf({ id, queue, data, state, isDue, askedAt, startedAt, output }: WorkRow): TenantWork {
  const isRunning = state === 'active'
  const named = Object.entries(data).flatMap(([name, value]) =>
    name !== 'tenantId' && typeof value === 'string' ? [[name, value] as const] : [],
  )
  return {
    id,
    queue,
    about: Object.fromEntries(named),
    state: output?.cancelled === true ? 'cancelling' : isRunning ? 'running' : isDue ? 'waiting' : 'delayed',
    askedAt,
    startedAt: (isRunning && startedAt) || undefined,
    progress: isRunning ? output?.progress : undefined,
    message: isRunning ? '' : (output?.message ?? ''),
  }
}
