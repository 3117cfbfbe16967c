import { identityRelation } from '@assay/directory'
import { resourceExhausted } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { type BatchExclusions, type BatchSelection, type EvaluationPlan, mostExamples } from './evaluate-batch.ts'
import { loadHolders } from './load-holders.ts'
import type { MembershipRule } from './membership-rule.ts'
import { type RunningEvaluation, startEvaluation } from './start-evaluation.ts'

const batchSize = 2000

/** A directory is read once as a whole: its people go to the threads in few, large texts. */
const directoryBatchSize = 20_000

export interface EvaluationOptions {
  /** Ends the evaluation at once, by the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Threads to evaluate in, where there is more than one batch; default 1. */
  readonly threads?: number | undefined
  /** Ends the evaluation after so long with resource_exhausted; default never. For calls, which hold a transaction. */
  readonly timeoutMs?: number | undefined
  /** What `now()` returns; default is the time of the call. */
  readonly now?: Date | undefined
}

/** People that a rule excludes although it does not come out as false for them. */
interface Exclusions {
  readonly count: number
  /** At most three, ascending by key. */
  readonly examples: readonly { readonly identityKey: number; readonly message: string }[]
}

/** The result of one rule over all identities. */
export interface RuleSelection {
  /** Keys of the selected identities, ascending. */
  readonly keys: Int32Array
  /** People excluded since a key of `profile` that decides the outcome is missing. */
  readonly missing: Exclusions
  /** People excluded by an error that repeats: a value of a wrong type, or a counted limit. */
  readonly failed: Exclusions
}

/**
 * Goes once through all enabled identities, in batches and in threads, and answers for each rule. The same data, rules and
 * `now` give the same answer, however busy the machine is and however many threads there are.
 * @throws unavailable when a thread fails; resource_exhausted after `timeoutMs`; the signal's reason
 */
export async function evaluateMembership(
  sql: TenantSql,
  rules: readonly MembershipRule[],
  options: EvaluationOptions = {},
): Promise<RuleSelection[]> {
  if (rules.length === 0) return []
  const { timeoutMs, signal } = options
  if (timeoutMs === undefined) return evaluate(sql, rules, options)
  const timeout = AbortSignal.timeout(timeoutMs)
  const either = signal === undefined ? timeout : AbortSignal.any([timeout, signal])
  try {
    return await evaluate(sql, rules, { ...options, signal: either })
  } catch (error) {
    if (error !== timeout.reason || error === undefined) throw error
    const message = `the membership rule takes more than ${timeoutMs / 1000} s to evaluate; nothing was changed`
    throw resourceExhausted(message, { cause: error })
  }
}

async function evaluate(
  sql: TenantSql,
  rules: readonly MembershipRule[],
  { signal, threads = 1, now = new Date() }: EvaluationOptions,
): Promise<RuleSelection[]> {
  signal?.throwIfAborted()
  // A plan that a connection kept from when the tables were nearly empty would go through them once for every row.
  await sql`select set_config('plan_cache_mode', 'force_custom_plan', true)`
  const read: Reading = {
    machines: rules.some((rule) => rule.namesType),
    managers: rules.some((rule) => rule.namesManager),
  }
  const plan: EvaluationPlan = {
    expressions: rules.map((rule) => rule.expression),
    held: await loadHolders(sql, rules),
    now: now.getTime(),
    directory: rules.some((rule) => rule.namesDirectory) ? await loadDirectory(sql, signal) : undefined,
  }
  const first = await loadBatch(sql, -1, read)
  const answers: Promise<BatchSelection>[] = []
  await using evaluations = new AsyncDisposableStack()
  const places: RunningEvaluation[] = []
  for (let batch = first; batch.count > 0; ) {
    signal?.throwIfAborted()
    // A second thread is worth starting when there is a second batch.
    if (places.length < threads && places.length <= answers.length) {
      places.push(evaluations.use(startEvaluation(plan, signal)))
    }
    const place = places[answers.length % places.length]
    // The place that is free, or the one that will be next.
    await answers.at(-places.length)
    const answer = place.evaluate(batch.rows)
    answer.catch(() => {}) // it is waited for further down, or a step before it has failed
    answers.push(answer)
    batch = batch.count < batchSize ? emptyBatch : await loadBatch(sql, batch.last, read)
  }
  return joined(await Promise.all(answers), rules.length)
}

/** What the rules at hand ask for beyond people and their own values. */
interface Reading {
  readonly machines: boolean
  readonly managers: boolean
}

interface Batch {
  readonly count: number
  /** The largest key in it. */
  readonly last: number
  /** JSON, see IdentityRow. */
  readonly rows: string
}

const emptyBatch: Batch = { count: 0, last: -1, rows: '[]' }

async function loadBatch(sql: TenantSql, after: number, read: Reading): Promise<Batch> {
  // Looking up every manager takes most of the time, and few rules ask for one.
  const managers = read.managers
    ? sql`left join ${identityRelation(sql)} manager on manager.tenant_id = someone.tenant_id and manager.id = someone.manager_id`
    : sql``
  const [batch] = await sql<Batch[]>`
    select count(*) as count, coalesce(max(key), -1) as last, coalesce(json_agg(row order by key), '[]')::text as rows
    from (
      select someone.key, json_build_array(someone.key, someone.id, someone.email, someone.username, someone.display_name,
        someone.department, someone.job_title, someone.employment_type, someone.employment_status, someone.manager_id,
        ${read.managers ? sql`manager.email` : sql`null`}, someone.status, someone.type, someone.attributes) as row
      from ${identityRelation(sql)} someone ${managers}
      where someone.key > ${after} and someone.status = 'enabled' and (someone.type = 'human' or ${read.machines})
      order by someone.key limit ${batchSize}
    ) batch`
  return batch
}

/** Everybody who is not deleted: other people that rules ask for may be disabled. */
async function loadDirectory(sql: TenantSql, signal: AbortSignal | undefined): Promise<string[]> {
  const texts: string[] = []
  for (let after = -1; ; ) {
    signal?.throwIfAborted()
    const [batch] = await sql<Batch[]>`
      select count(*) as count, coalesce(max(key), -1) as last, coalesce(json_agg(row order by key), '[]')::text as rows
      from (
        select key, json_build_array(key, id, email, username, display_name, department, job_title, employment_type,
          employment_status, manager_id, null, status, type, attributes) as row
        from ${identityRelation(sql)} someone
        where key > ${after} and status <> 'deleted' order by key limit ${directoryBatchSize}
      ) batch`
    texts.push(batch.rows)
    if (batch.count < directoryBatchSize) return texts
    after = batch.last
  }
}

/** The selections of all batches, in their order, by rule. */
function joined(selections: readonly BatchSelection[], ruleCount: number): RuleSelection[] {
  const read = selections.map(() => 0)
  return Array.from({ length: ruleCount }, (_, rule) => {
    const keys = new Int32Array(selections.reduce((sum, { counts }) => sum + counts[rule], 0))
    let end = 0
    for (const [batch, selection] of selections.entries()) {
      const count = selection.counts[rule]
      keys.set(selection.keys.subarray(read[batch], read[batch] + count), end)
      end += count
      read[batch] += count
    }
    return {
      keys,
      missing: joinedExclusions(selections.map(({ missing }) => missing[rule])),
      failed: joinedExclusions(selections.map(({ failed }) => failed[rule])),
    }
  })
}

function joinedExclusions(batches: readonly BatchExclusions[]): Exclusions {
  return {
    count: batches.reduce((sum, { count }) => sum + count, 0),
    examples: batches.flatMap(({ examples }) => examples).slice(0, mostExamples),
  }
}
