import type { TenantSql } from '@assay/store'
import type { EvaluationPlan } from './evaluate-batch.ts'
import type { MembershipRule } from './membership-rule.ts'
import { startEvaluation } from './start-evaluation.ts'

const batchSize = 2000

/**
 * Goes once through all enabled identities, in batches, and answers for each rule the keys of those it selects, ascending.
 * Works in a thread when there is more than one batch. An aborted signal ends it between two batches, by its reason.
 */
export async function evaluateMembership(
  sql: TenantSql,
  rules: readonly MembershipRule[],
  signal?: AbortSignal,
): Promise<Int32Array[]> {
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
  let batch = await loadBatch(sql, -1, read)
  await using evaluation = startEvaluation(plan, batch.count < batchSize ? 'here' : 'thread')
  const parts = rules.map((): Int32Array[] => [])
  while (batch.count > 0) {
    signal?.throwIfAborted()
    const [selected, next] = await Promise.all([
      evaluation.evaluate(batch.rows),
      batch.count < batchSize ? emptyBatch : loadBatch(sql, batch.last, read),
    ])
    selected.forEach((keys, index) => {
      parts[index].push(keys)
    })
    batch = next
  }
  return parts.map(concatenated)
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

/** Who holds what the rules name, by the import in force; one pass over the grants for all of them. */
async function loadHolders(sql: TenantSql, rules: readonly MembershipRule[]): Promise<EvaluationPlan['held']> {
  const named = [
    ...rules.flatMap((rule) => rule.applications.map((applicationId) => ({ applicationId, entitlementId: null }))),
    ...rules.flatMap((rule) => rule.entitlements),
  ]
  if (named.length === 0) return []
  return await sql<{ applicationId: string; entitlementId: string | null; identityKeys: string }[]>`
    with named as (
      select distinct wanted."applicationId", wanted."entitlementId", entitlements.key
      from jsonb_to_recordset(${sql.json(named)}) as wanted ("applicationId" text, "entitlementId" text)
      join applications on applications.id = wanted."applicationId"
      join entitlements on entitlements.application_key = applications.key
        and (wanted."entitlementId" is null or entitlements.id = wanted."entitlementId")
    )
    select "applicationId", "entitlementId", array_agg(distinct grants.identity_key)::text as "identityKeys"
    from named
    join grants on grants.entitlement_key = named.key and grants.import_id = (select import_id from snapshots)
    group by "applicationId", "entitlementId"`
}

function concatenated(parts: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
