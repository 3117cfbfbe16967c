import { itemAt } from '@assay/errors'
import {
  cohortMembers,
  type KeptCandidate,
  type MemberSketch,
  memberDigest,
  memberSketch,
  type Snapshot,
} from '@assay/mining'
import { asJson, type TenantSql } from '@assay/store'
import type { CohortFilter } from '../cohort-filters.ts'
import type { Finding } from '../suggestions.ts'

/** A candidate as it was in its run. */
export interface RunCandidate extends KeptCandidate {
  readonly name: string
  readonly filters: readonly CohortFilter[]
  readonly confidence: number
}

/** The stored form; the names are short, since a run may have a thousand candidates. */
interface StoredCandidate {
  readonly id: string
  readonly name: string
  readonly filters: readonly CohortFilter[]
  readonly size: number
  readonly entitlements: readonly number[]
  readonly confidence: number
  readonly members: MemberSketch
  readonly memberDigest?: string
}

/** The candidates of this number of the newest completed runs are stored; older runs keep only their figures. */
export const keptRuns = 12

/** Stores the candidates of a run, in the transaction that completes the run. */
export async function storeCandidates(
  sql: TenantSql,
  tenantId: number,
  { runId, importId }: { readonly runId: string; readonly importId: string },
  snapshot: Snapshot,
  findings: readonly Finding[],
): Promise<void> {
  const candidates = findings.map((finding): StoredCandidate => {
    const members = cohortMembers(snapshot, finding.cohortFilters)
    const keys = members.map((ordinal) => itemAt(snapshot.identityKey, ordinal))
    return {
      id: finding.id,
      name: finding.suggestedName,
      filters: finding.cohortFilters,
      size: members.length,
      entitlements: finding.entitlements.map(({ key }) => key),
      confidence: finding.confidence,
      members: memberSketch(keys),
      memberDigest: memberDigest(keys),
    }
  })
  await sql`update role_mining_runs set import_id = ${importId}::integer where id = ${runId}`
  await sql`
    insert into run_candidates (tenant_id, run_id, candidates)
    values (${tenantId}, ${runId}, ${asJson(sql, candidates)}) on conflict (tenant_id, run_id) do nothing`
  await sql`
    delete from run_candidates where run_id not in (
      select kept.run_id from run_candidates kept join role_mining_runs run on run.tenant_id = kept.tenant_id and run.id = kept.run_id
      order by run.completed_at desc, run.id desc limit ${keptRuns})`
}

/** The stored candidates of a run; undefined for a run whose candidates are not stored. */
export async function candidatesOf(sql: TenantSql, runId: string): Promise<readonly RunCandidate[] | undefined> {
  const [row] = await sql<{ candidates: StoredCandidate[] }[]>`
    select candidates from run_candidates where run_id = ${runId}`
  return row?.candidates
}
