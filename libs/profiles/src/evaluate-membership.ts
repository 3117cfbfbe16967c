import { holdersOf, identityRelation } from '@assay/directory'
import { itemAt, resourceExhausted, unavailable } from '@assay/errors'
import { type Fragment, onlyRow, type TenantSql } from '@assay/store'
import { type BatchSelection, type EvaluationPlan, type Exclusions, mostExamples } from './evaluate-batch.ts'
import type { MembershipRule } from './membership-rule.ts'
import { EvaluationFailure, type RunningEvaluation, startEvaluation } from './start-evaluation.ts'

const batchSize = 2000

/** A directory is read once as a whole: the threads receive its people in few, large texts. */
const directoryBatchSize = 20_000

export interface EvaluationOptions {
  /** Ends the evaluation at once, with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** The number of threads when there is more than one batch; default 1. */
  readonly threads?: number | undefined
  /**
   * For calls, which hold a transaction: after this time the evaluation ends with resource_exhausted, and the failure of a thread makes it
   * unavailable. Without it there is no limit: for a job the failure of a thread counts as a fault, and the job ends after a few attempts.
   */
  readonly timeoutMs?: number | undefined
  /** The result of `now()`; the default is the time of the call. */
  readonly now?: Date | undefined
}

/** The result of one rule over all identities. */
export interface RuleSelection {
  /** Keys of the selected identities, ascending. */
  readonly keys: Int32Array
  /** People excluded because a key of `profile` that decides the result is missing. */
  readonly missing: Exclusions
  /** People excluded by a repeatable error: a value of a wrong type, or a counted limit. */
  readonly failed: Exclusions
}

/**
 * Reads all enabled identities once, in batches, evaluates the rules in threads, and returns the result of each rule. The same data, rules
 * and `now` give the same result, however busy the machine is and however many threads there are.
 * @throws EvaluationFailure when a thread fails, for calls unavailable; resource_exhausted after `timeoutMs`; the signal's reason
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
    if (error instanceof EvaluationFailure) throw unavailable(`${error.message}, try again`, { cause: error })
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
  // A plan that a connection cached when the tables were nearly empty would read them again for every row.
  await sql`select set_config('plan_cache_mode', 'force_custom_plan', true)`
  const plan: EvaluationPlan = {
    expressions: rules.map((rule) => rule.expression),
    held: await holdersOf(sql, [
      ...rules.flatMap((rule) => rule.applications.map((applicationId) => ({ applicationId, entitlementId: null }))),
      ...rules.flatMap((rule) => rule.entitlements),
    ]),
    now: now.getTime(),
    directory: rules.some((rule) => rule.namesDirectory) ? await loadDirectory(sql, signal) : undefined,
  }
  const isMember = rules.some((rule) => rule.namesType)
    ? sql`someone.status = 'enabled'`
    : sql`someone.status = 'enabled' and someone.type = 'human'`
  const managers = rules.some((rule) => rule.namesManager)
  const answers: Promise<BatchSelection>[] = []
  await using evaluations = new AsyncDisposableStack()
  const places: RunningEvaluation[] = []
  for await (const rows of batchesOf(sql, { which: isMember, managers, size: batchSize }, signal)) {
    // A second thread is useful only when there is a second batch.
    if (places.length < threads && places.length <= answers.length) {
      places.push(evaluations.use(startEvaluation(plan, signal)))
    }
    const place = itemAt(places, answers.length % places.length)
    // Waits for the thread that is next in turn.
    await answers.at(-places.length)
    const answer = place.evaluate(rows)
    answer.catch(() => {}) // it is waited for further down, or a step before it has failed
    answers.push(answer)
  }
  return joined(await Promise.all(answers), rules.length)
}

/** All people who are not deleted: a rule may look up disabled people. */
function loadDirectory(sql: TenantSql, signal: AbortSignal | undefined): Promise<string[]> {
  const which = sql`someone.status <> 'deleted'`
  return Array.fromAsync(batchesOf(sql, { which, managers: false, size: directoryBatchSize }, signal))
}

interface Reading {
  /** A condition on `identityRelation(sql) someone`. */
  readonly which: Fragment
  /** Whether to read the mail address of each manager, which takes most of the time of the query. */
  readonly managers: boolean
  readonly size: number
}

/** Identities by key, in batches of JSON text (see IdentityRow). */
async function* batchesOf(
  sql: TenantSql,
  { which, managers, size }: Reading,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  const join = sql`left join ${identityRelation(sql)} manager on manager.tenant_id = someone.tenant_id and manager.id = someone.manager_id`
  for (let after = -1; ; ) {
    signal?.throwIfAborted()
    const batch = onlyRow(
      await sql<{ count: number; last: number; rows: string }[]>`
      select count(*) as count, coalesce(max(key), -1) as last, coalesce(json_agg(row order by key), '[]')::text as rows
      from (
        select someone.key, json_build_array(someone.key, someone.id, someone.email, someone.username, someone.display_name,
          someone.department, someone.job_title, someone.employment_type, someone.employment_status, someone.manager_id,
          ${managers ? sql`manager.email` : sql`null`}, someone.status, someone.type, someone.attributes) as row
        from ${identityRelation(sql)} someone ${managers ? join : sql``}
        where someone.key > ${after} and ${which} order by someone.key limit ${size}
      ) batch`,
    )
    if (batch.count > 0) yield batch.rows
    if (batch.count < size) return
    after = batch.last
  }
}

/** The selections of all batches, in the order of the batches, by rule. */
function joined(selections: readonly BatchSelection[], ruleCount: number): RuleSelection[] {
  const read = selections.map(() => 0)
  return Array.from({ length: ruleCount }, (_, rule) => {
    const keys = new Int32Array(selections.reduce((sum, { counts }) => sum + itemAt(counts, rule), 0))
    let end = 0
    for (const [batch, selection] of selections.entries()) {
      const count = itemAt(selection.counts, rule)
      const start = itemAt(read, batch)
      keys.set(selection.keys.subarray(start, start + count), end)
      end += count
      read[batch] = start + count
    }
    return {
      keys,
      missing: joinedExclusions(selections.map(({ missing }) => itemAt(missing, rule))),
      failed: joinedExclusions(selections.map(({ failed }) => itemAt(failed, rule))),
    }
  })
}

function joinedExclusions(batches: readonly Exclusions[]): Exclusions {
  return {
    count: batches.reduce((sum, { count }) => sum + count, 0),
    examples: batches.flatMap(({ examples }) => examples).slice(0, mostExamples),
  }
}
