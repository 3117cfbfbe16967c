import { randomUUID } from 'node:crypto'
import { DomainError } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { asJson, type TenantSql } from '@assay/store'

type RunStatus = 'waiting' | 'running' | 'completed' | 'failed'
export type RunTrigger = 'manual' | 'import' | 'schedule'

/** One execution of the organisation-wide analysis. */
export interface Run {
  readonly id: string
  readonly status: RunStatus
  readonly trigger: RunTrigger
  /** The person or event that started it, for people. */
  readonly triggerDetail: string
  readonly totalUsers: number
  readonly cohortsAnalyzed: number
  readonly suggestionsGenerated: number
  /** The reason of a failure; empty otherwise. */
  readonly errorMessage: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly completedAt: Date | null
}

interface RunRow {
  id: string
  status: RunStatus
  trigger_type: RunTrigger
  trigger_detail: string
  total_users: number
  cohorts_analyzed: number
  suggestions_generated: number
  error_message: string
  created_at: Date
  updated_at: Date
  completed_at: Date | null
}

const columns = [
  'id',
  'status',
  'trigger_type',
  'trigger_detail',
  'total_users',
  'cohorts_analyzed',
  'suggestions_generated',
  'error_message',
  'created_at',
  'updated_at',
  'completed_at',
] as const

function toRun(row: RunRow): Run {
  return {
    id: row.id,
    status: row.status,
    trigger: row.trigger_type,
    triggerDetail: row.trigger_detail,
    totalUsers: row.total_users,
    cohortsAnalyzed: row.cohorts_analyzed,
    suggestionsGenerated: row.suggestions_generated,
    errorMessage: row.error_message,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    completedAt: row.completed_at,
  }
}

/**
 * Returns the waiting run of the tenant, or makes one. A trigger that finds a waiting run shares it. `created` says whether the caller has
 * to queue a job for it.
 */
export async function ensureWaitingRun(
  sql: TenantSql,
  tenantId: number,
  trigger: RunTrigger,
  triggerDetail: string,
): Promise<{ runId: string; created: boolean }> {
  const [made] = await sql<{ id: string }[]>`
    insert into role_mining_runs (tenant_id, id, status, trigger_type, trigger_detail)
    values (${tenantId}, ${randomUUID()}, 'waiting', ${trigger}, ${triggerDetail})
    on conflict (tenant_id) where status = 'waiting' do nothing
    returning id`
  if (made !== undefined) return { runId: made.id, created: true }
  const [waiting] = await sql<{ id: string }[]>`select id from role_mining_runs where status = 'waiting' for share`
  if (waiting !== undefined) return { runId: waiting.id, created: false }
  // A worker started it between the two statements, so another run may wait.
  return ensureWaitingRun(sql, tenantId, trigger, triggerDetail)
}

/** The position at which a page of runs ends: the time with all its digits, and the id. */
export type RunPosition = readonly [createdAt: string, id: string]

/** Newest first; `after` is the end of the previous page. */
export async function listRuns(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: RunPosition | undefined },
): Promise<{ runs: Run[]; last: RunPosition | undefined }> {
  const rows = await sql<(RunRow & { position: string })[]>`
    select ${sql(columns)}, created_at::text as position from role_mining_runs
    ${page.after === undefined ? sql`` : sql`where (created_at, id) < (${page.after[0]}::text::timestamptz, ${page.after[1]}::uuid)`}
    order by created_at desc, id desc limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { runs: shown.map(toRun), last: end && [end.position, end.id] }
}

/** A run that this worker has started. */
export interface TakenRun {
  readonly id: string
  /** Guards this worker's writes: the attempt of a worker that starts the run later is higher by one. */
  readonly attempt: number
}

/** Starts a run; undefined when it has ended, since a job may be delivered again after its work was done. */
export async function takeUpRun(sql: TenantSql, id: string): Promise<TakenRun | undefined> {
  const [run] = await sql<TakenRun[]>`
    update role_mining_runs
    set status = 'running', attempt = attempt + 1, cohorts_analyzed = 0, updated_at = now()
    where id = ${id} and status in ('waiting', 'running')
    returning id, attempt`
  return run
}

/** Stores the progress of a run for people to see. It has no effect when another worker has the run. */
export async function reportProgress(
  sql: TenantSql,
  { id, attempt }: TakenRun,
  cohortsAnalyzed: number,
): Promise<void> {
  await sql`
    update role_mining_runs set cohorts_analyzed = greatest(cohorts_analyzed, ${cohortsAnalyzed}), updated_at = now()
    where id = ${id} and attempt = ${attempt} and status = 'running'`
}

/** @throws aborted when another worker has started the run since */
export async function completeRun(
  sql: TenantSql,
  { id, attempt }: TakenRun,
  facts: { readonly totalUsers: number; readonly cohortsAnalyzed: number; readonly suggestionsGenerated: number },
  report: object,
  /** The reason why there is no suggestion, appended to what started the run; empty when there are some. */
  explanation = '',
): Promise<void> {
  const { count } = await sql`
    update role_mining_runs set status = 'completed', total_users = ${facts.totalUsers},
      cohorts_analyzed = ${facts.cohortsAnalyzed}, suggestions_generated = ${facts.suggestionsGenerated},
      trigger_detail = trigger_detail || ${explanation === '' ? '' : `. ${explanation}`}, report = ${asJson(sql, report)},
      updated_at = now(), completed_at = now()
    where id = ${id} and attempt = ${attempt} and status = 'running'`
  if (count === 0) throw takenAway(id)
  const entry = { kind: 'run.complete', subject: { type: 'run', id }, run: id }
  await recordEntry(sql, { ...entry, facts: { ...facts } })
}

/** Ends a run that cannot be completed; people see the `message`. It has no effect on a run that another worker has. */
export async function failRun(sql: TenantSql, { id, attempt }: TakenRun, message: string): Promise<void> {
  const { count } = await sql`
    update role_mining_runs set status = 'failed', error_message = ${message}, updated_at = now(), completed_at = now()
    where id = ${id} and attempt = ${attempt} and status = 'running'`
  if (count > 0) await recordEntry(sql, { kind: 'run.fail', subject: { type: 'run', id }, after: { message }, run: id })
}

function takenAway(id: string): DomainError {
  return new DomainError('aborted', `run "${id}" was taken up by another worker`)
}
