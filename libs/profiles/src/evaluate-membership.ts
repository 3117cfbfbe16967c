import type { TenantSql } from '@assay/store'
import type { BatchSelection, EvaluationPlan } from './evaluate-batch.ts'
import { loadHolders } from './load-holders.ts'
import type { MembershipRule } from './membership-rule.ts'
import { evaluateHere, evaluateInThread } from './start-evaluation.ts'

const batchSize = 2000

export interface EvaluationOptions {
  /** Ends the evaluation between two batches, by the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Threads to evaluate in, where there is more than one batch; default 1. */
  readonly threads?: number | undefined
}

/** People that a rule excludes although it does not come out as false for them. */
export interface Exclusions {
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

/** Goes once through all enabled identities, in batches, and answers for each rule. */
export async function evaluateMembership(
  sql: TenantSql,
  rules: readonly MembershipRule[],
  { signal, threads = 1 }: EvaluationOptions = {},
): Promise<RuleSelection[]> {
  if (rules.length === 0) return []
  // A plan that a connection kept from when the tables were nearly empty would go through them once for every row.
  await sql`select set_config('plan_cache_mode', 'force_custom_plan', true)`
  const read: Reading = {
    machines: rules.some((rule) => rule.namesType),
    managers: rules.some((rule) => rule.namesManager),
  }
  const plan: EvaluationPlan = {
    expressions: rules.map((rule) => rule.expression),
    held: await loadHolders(sql, rules),
  }
  const first = await loadBatch(sql, -1, read)
  const answers: Promise<BatchSelection>[] = []
  await using evaluations = new AsyncDisposableStack()
  const places =
    first.count < batchSize ? [evaluateHere(plan)] : Array.from({ length: threads }, () => evaluateInThread(plan))
  for (const place of places) evaluations.use(place)
  for (let batch = first; batch.count > 0; ) {
    signal?.throwIfAborted()
    // The place that is free, or the one that will be next.
    await answers.at(-places.length)
    const answer = places[answers.length % places.length].evaluate(batch.rows)
    answer.catch(() => {}) // it is waited for further down, or a step before it has failed
    answers.push(answer)
    batch = batch.count < batchSize ? emptyBatch : await loadBatch(sql, batch.last, read)
  }
  const nothing: Exclusions = { count: 0, examples: [] }
  return joined(await Promise.all(answers), rules.length).map((keys) => ({ keys, missing: nothing, failed: nothing }))
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
    ? sql`left join identities manager on manager.tenant_id = someone.tenant_id and manager.id = someone.manager_id`
    : sql``
  const [batch] = await sql<Batch[]>`
    select count(*) as count, coalesce(max(key), -1) as last, coalesce(json_agg(row order by key), '[]')::text as rows
    from (
      select someone.key, json_build_array(someone.key, someone.id, someone.email, someone.username, someone.display_name,
        someone.department, someone.job_title, someone.employment_type, someone.employment_status, someone.manager_id,
        ${read.managers ? sql`manager.email` : sql`null`}, someone.status, someone.type, someone.attributes) as row
      from identities someone ${managers}
      where someone.key > ${after} and someone.status = 'enabled' and (someone.type = 'human' or ${read.machines})
      order by someone.key limit ${batchSize}
    ) batch`
  return batch
}

/** The selections of all batches, in their order, by rule. */
function joined(selections: readonly BatchSelection[], ruleCount: number): Int32Array[] {
  const read = selections.map(() => 0)
  return Array.from({ length: ruleCount }, (_, rule) => {
    const whole = new Int32Array(selections.reduce((sum, { counts }) => sum + counts[rule], 0))
    let end = 0
    for (const [batch, { counts, keys }] of selections.entries()) {
      whole.set(keys.subarray(read[batch], read[batch] + counts[rule]), end)
      end += counts[rule]
      read[batch] += counts[rule]
    }
    return whole
  })
}
