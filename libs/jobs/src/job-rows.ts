import { resourceExhausted, unavailable } from '@assay/errors'
import { asJson, inTransaction, type Sql, type TenantSql, withDomainErrors } from '@assay/store'
import { within } from '@assay/tracing'
import { type AttemptRecord, attemptRecordOf, deathMs } from './attempt-record.ts'
import { beginSending } from './job-spans.ts'
import { originOf, withOrigin } from './origin.ts'
import type { TakenJob } from './perform.ts'
import type { StoredProgress } from './progress.ts'
import type { Queue } from './queue.ts'

/**
 * The statements on pg-boss's table of jobs. pg-boss makes the table, enforces its policies by unique indexes, runs the
 * schedules and removes old jobs. Taking jobs, ending them and taking over those of dead workers is our code, so that attempts
 * are counted by our rules and adding a job needs no second driver.
 */

/**
 * Payloads: `wake <queue>`; `cancel <job id>` for a job that was withdrawn; `end <job id>` for a job that its worker has to
 * end.
 */
export const jobChannel = 'assay_jobs'

/** A worker without a sign of life for this long is dead, and another one may take its jobs. */
export const leaseSeconds = 10

/** Identifies a claim. pg-boss counts how often a job was taken, so that an earlier claim on the same job never matches. */
export interface Claim {
  readonly queue: string
  readonly id: string
  readonly taking: number
}

export interface ClaimedJob extends TakenJob {
  readonly claim: Claim
}

/**
 * Adds a job in the caller's transaction. Returns false if the queue has the sharing `once` and the work already.
 * @throws resource_exhausted (TOO_MANY_WAITING) if the tenant has as many waiting jobs as it may
 */
export async function addJob<Payload extends object>(
  sql: TenantSql,
  queue: Queue<Payload>,
  payload: Payload,
  key: string,
  options: { readonly delayMs?: number } = {},
): Promise<boolean> {
  const span = beginSending(queue.name)
  try {
    return await within(span, () => insertJob(sql, queue, withOrigin(payload, queue.name, span), key, options))
  } finally {
    span?.end()
  }
}

async function insertJob<Payload extends object>(
  sql: TenantSql,
  { name, sharing, mostWaiting }: Queue<Payload>,
  payload: Payload,
  key: string,
  { delayMs = 0 }: { readonly delayMs?: number },
): Promise<boolean> {
  const { count } = await sql`
    insert into pgboss.job
      (name, data, singleton_key, policy, expire_seconds, deletion_seconds, retry_limit, keep_until, start_after)
    select name, ${asJson<object>(sql, payload)}, ${key}, policy, expire_seconds, deletion_seconds, retry_limit, 'infinity',
      now() + ${delayMs} * interval '1 millisecond'
    from pgboss.queue where name = ${name} ${mostWaiting === undefined ? sql`` : sql`and ${hasRoom(sql, name, payload, mostWaiting)}`}
    on conflict do nothing`
  if (count > 0) {
    await sql`select pg_notify(${jobChannel}, ${`wake ${name}`})`
    return true
  }
  const [known] = await sql<{ isThere: boolean }[]>`
    select exists (select from pgboss.job
      where job.name = ${name} and singleton_key = ${key} and state <= 'active') as "isThere"
    from pgboss.queue where name = ${name}`
  if (known !== undefined) {
    if (sharing === 'once' && known.isThere) return false
    throw tooManyWaiting(name, mostWaiting ?? 0)
  }
  throw unavailable('The database is not prepared for this version: run `npm run assay -- migrate`', {
    reason: 'QUEUE_NOT_PREPARED',
    metadata: { queue: name },
  })
}

/** Two callers at the same moment may exceed the limit by one. */
function hasRoom(sql: TenantSql, name: string, payload: object, mostWaiting: number) {
  const { tenantId } = payload as { tenantId?: unknown }
  return sql`(select count(*) from (
    select from pgboss.job waiting
    where waiting.name = ${name} and waiting.state < 'active' and waiting.data ->> 'tenantId' = ${String(tenantId)}
    limit ${mostWaiting}) as those) < ${mostWaiting}`
}

function tooManyWaiting(queue: string, limit: number): Error {
  return resourceExhausted(
    `${limit} jobs of the kind ${queue} wait for this tenant already, which is its limit; try again when some have begun, or let the operator raise the limit of this kind (docs/limits.md)`,
    { reason: 'TOO_MANY_WAITING', metadata: { queue, limit: String(limit) }, retryAfterMs: 10_000 },
  )
}

/** Cancels the unfinished jobs of a key in the caller's transaction, and returns their number. */
export async function cancelJobs(sql: TenantSql, queue: Queue<object>, key: string): Promise<number> {
  const cancelled = await sql<{ id: string }[]>`
    update pgboss.job set state = 'cancelled', completed_on = now()
    where name = ${queue.name} and singleton_key = ${key} and state in ('created', 'retry', 'active')
    returning id`
  for (const { id } of cancelled) await sql`select pg_notify(${jobChannel}, ${`cancel ${id}`})`
  return cancelled.length
}

/** The queues that have a due job. */
export async function queuesWithWork(sql: Sql, names: readonly string[]): Promise<string[]> {
  const rows = await withDomainErrors(sql<{ name: string }[]>`
    select name from unnest(${[...names]}::text[]) as mine (name)
    where exists (select from pgboss.job
      where job.name = mine.name and state < 'active' and not blocked and start_after <= now())`)
  return rows.map(({ name }) => name)
}

/**
 * Takes the next job of a queue. Among the due jobs, it prefers the owner with the fewest running jobs, then the owner that was
 * served the longest time ago by any worker, then the oldest job. Workers take jobs one after another, so that two workers do
 * not both serve the same owner.
 * @param owner the field of the payload that names the owner
 */
export async function takeJob(sql: Sql, name: string, owner: string): Promise<ClaimedJob | undefined> {
  try {
    const [row] = await inTransaction(sql, async (scoped) => {
      // Both are sent together. The second statement sees what was committed before it begins.
      const [, rows] = await Promise.all([
        scoped`select pg_advisory_xact_lock(hashtextextended(${`assay takes ${name}`}, 0))`.execute(),
        nextJob(scoped, name, owner),
      ])
      return rows
    })
    if (row === undefined) return undefined
    const claim = { queue: name, id: row.id, taking: row.taking }
    const isCancelled = (row.output as { cancelled?: unknown } | null)?.cancelled === true
    return { id: row.id, ...originOf(row.data), record: attemptRecordOf(row.output), isCancelled, claim }
  } catch (error) {
    // Another worker has just taken a job with the same key.
    if ((error as { code?: unknown }).code === '23505') return undefined
    throw error
  }
}

function nextJob(sql: TenantSql, name: string, owner: string) {
  return sql<{ id: string; data: object; output: unknown; taking: number }[]>`
    with running as (
      select singleton_key, coalesce(data ->> ${owner}, '') as owner from pgboss.job
      where name = ${name} and state = 'active'
    ), load as (
      select owner, count(*) as jobs from running group by owner
    ), next as (
      select job.id, coalesce(job.data ->> ${owner}, '') as owner from pgboss.job
        left join load on load.owner = coalesce(job.data ->> ${owner}, '')
        left join pgboss.turn on turn.queue = ${name} and turn.owner = coalesce(job.data ->> ${owner}, '')
      where name = ${name} and state < 'active' and not blocked and start_after <= now()
        and (policy <> 'singleton' or singleton_key is null
          or singleton_key not in (select singleton_key from running where singleton_key is not null))
      order by priority desc, coalesce(jobs, 0), turn.number nulls first, created_on
      limit 1 for update of job skip locked
    ), served as (
      insert into pgboss.turn (queue, owner, number)
      select ${name}, owner, coalesce((select max(number) from pgboss.turn where queue = ${name}), 0) + 1 from next
      on conflict (queue, owner) do update set number = excluded.number
    )
    update pgboss.job set state = 'active', started_on = now(), heartbeat_on = now(),
      retry_count = case when started_on is null then retry_count else retry_count + 1 end
    from next where job.name = ${name} and job.id = next.id
    returning job.id, job.data, job.output, job.retry_count as taking`
}

/** It has no effect if the claim is lost; neither have the next two functions. */
export async function completeJob(sql: Sql, claim: Claim): Promise<void> {
  await withDomainErrors(sql`
    update pgboss.job set state = 'completed', completed_on = now() where ${holds(sql, claim)}`)
}

export async function failJob(sql: Sql, claim: Claim, record: AttemptRecord): Promise<void> {
  await withDomainErrors(sql`
    update pgboss.job set state = 'failed', completed_on = now(), output = ${json(sql, record)} where ${holds(sql, claim)}`)
}

/** Makes the job due again after the delay; 0 means at once. */
export async function releaseJob(sql: Sql, claim: Claim, record: AttemptRecord, delayMs: number): Promise<void> {
  await inTransaction(sql, async (scoped) => {
    await scoped`
      update pgboss.job set state = 'retry', start_after = now() + ${delayMs} * interval '1 millisecond',
        output = ${outputOf(sql, record)} where ${holds(sql, claim)}`
    if (delayMs === 0) await scoped`select pg_notify(${jobChannel}, ${`wake ${claim.queue}`})`
  })
}

/** Writes the progress of a job. */
export async function tellProgress(sql: Sql, claim: Claim, progress: StoredProgress): Promise<void> {
  await withDomainErrors(sql`
    update pgboss.job set output = coalesce(output, '{}') || ${sql.json({ progress: { ...progress } })}
    where ${holds(sql, claim)}`)
}

/** Renews the leases of this worker. Returns the ids of the jobs that it still owns, each with whether its end was requested. */
export async function renewLeases(sql: Sql, claims: readonly Claim[]): Promise<ReadonlyMap<string, boolean>> {
  const rows = await withDomainErrors(sql<{ id: string; isCancelled: boolean }[]>`
    update pgboss.job set heartbeat_on = now()
    from unnest(${claims.map(({ queue }) => queue)}::text[], ${claims.map(({ id }) => id)}::uuid[],
      ${claims.map(({ taking }) => taking)}::integer[]) as held (name, id, taking)
    where job.name = held.name and job.id = held.id and retry_count = held.taking and state = 'active'
    returning job.id, coalesce(job.output ->> 'cancelled' = 'true', false) as "isCancelled"`)
  return new Map(rows.map(({ id, isCancelled }) => [id, isCancelled]))
}

/** Makes jobs of dead workers due again and counts a death for each. Returns their number. */
export function releaseLapsedJobs(sql: Sql, names: readonly string[]): Promise<number> {
  return inTransaction(sql, async (scoped) => {
    const lapsed = await scoped<{ name: string; id: string; output: unknown }[]>`
      select name, id, output from pgboss.job
      where name = any(${[...names]}::text[]) and state = 'active'
        and heartbeat_on < now() - ${leaseSeconds} * interval '1 second'
      for update skip locked`
    for (const { name, id, output } of lapsed) {
      const before = attemptRecordOf(output)
      const record = { ...before, deaths: before.deaths + 1, message: 'the worker process died' }
      await scoped`
        update pgboss.job set state = 'retry', output = ${outputOf(sql, record)},
          start_after = now() + ${deathMs(record.deaths)} * interval '1 millisecond'
        where name = ${name} and id = ${id}`
    }
    return lapsed.length
  })
}

function holds(sql: Sql, { queue, id, taking }: Claim) {
  return sql`name = ${queue} and id = ${id} and retry_count = ${taking} and state = 'active'`
}

/** The record of an attempt as the job's output. A request for the end of the job is kept. */
function outputOf(sql: Sql, record: AttemptRecord) {
  return sql`case when output ->> 'cancelled' = 'true' then '{"cancelled": true}'::jsonb else '{}' end || ${json(sql, record)}`
}

function json(sql: Sql, record: AttemptRecord) {
  return sql.json({ ...record })
}
