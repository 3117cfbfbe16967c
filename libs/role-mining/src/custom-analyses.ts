import { notFound } from '@assay/errors'
import type { AccessScope } from '@assay/profiles'
import { asJson, isUuid, type TenantSql } from '@assay/store'
import type { CohortFilter } from './cohort-filters.ts'

type CustomAnalysisStatus = 'running' | 'completed' | 'failed'

/** The people and applications that the analysis of one cohort is about. */
export interface CustomAnalysisSubject {
  readonly filters: readonly CohortFilter[]
  readonly accessScope: AccessScope | undefined
  /** Ids of the applications to analyse; empty for all. */
  readonly resourceScope: readonly string[]
}

/** An analysis of one cohort, without its findings. */
export interface CustomAnalysis extends CustomAnalysisSubject {
  readonly id: string
  readonly status: CustomAnalysisStatus
  /** The identity on whose behalf it was started. */
  readonly createdBy: string
  readonly terminalReason: 'error' | 'superseded' | null
  readonly supersededBy: string | null
  readonly errorMessage: string
  readonly cohortSize: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly completedAt: Date | null
}

/** The findings of an analysis, by keys of the directory. Stored as JSON. */
export interface CohortFindings {
  readonly applicationCount: number
  /** [entitlement key, holders in the cohort], most holders first. */
  readonly entitlements: readonly (readonly [key: number, grantedCount: number])[]
  readonly clusters: readonly {
    readonly entitlements: readonly number[]
    readonly userCount: number
    readonly avgCoverage: number
    readonly avgSimilarity: number
  }[]
  readonly facets: readonly StoredFacet[]
  /** Highest coverage first. */
  readonly cutoffPoints: readonly {
    readonly grantedCount: number
    readonly entitlementCount: number
    readonly usersWithAll: number
  }[]
}

export interface StoredFacet {
  readonly attribute: string
  readonly values: readonly { readonly value: string; readonly userCount: number }[]
  readonly valuesTruncated: boolean
}

/** @throws not_found when no analysis has the id, or when the text is no UUID */
export async function getCustomAnalysis(sql: TenantSql, id: string): Promise<CustomAnalysis> {
  const analysis = await findCustomAnalysis(sql, id)
  if (analysis === undefined) throw notFound('custom analysis', id)
  return analysis
}

export async function findCustomAnalysis(sql: TenantSql, id: string): Promise<CustomAnalysis | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await sql<AnalysisRow[]>`select ${columns(sql)} from custom_analyses where id = ${id}`
  return row && toAnalysis(row)
}

/** The findings of an analysis; undefined until it has completed. */
export async function getFindings(sql: TenantSql, id: string): Promise<CohortFindings | undefined> {
  const [row] = await sql<{ findings: CohortFindings | null }[]>`select findings from custom_analyses where id = ${id}`
  return row?.findings ?? undefined
}

/** The position at which a page of analyses ends: the time with all its digits, and the id. */
export type CustomAnalysisPosition = readonly [createdAt: string, id: string]

/** Newest first, of all callers or of one caller. `createdBy` has all ids by which rows may name that caller. */
export async function listCustomAnalyses(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: CustomAnalysisPosition | undefined },
  createdBy?: readonly string[],
): Promise<{ analyses: CustomAnalysis[]; last: CustomAnalysisPosition | undefined }> {
  const { after } = page
  const rows = await sql<(AnalysisRow & { position: string })[]>`
    select ${columns(sql)}, created_at::text as position from custom_analyses
    where true ${createdBy === undefined ? sql`` : sql`and created_by = any(${[...createdBy]}::text[])`}
      ${after === undefined ? sql`` : sql`and (created_at, id) < (${after[0]}::text::timestamptz, ${after[1]}::uuid)`}
    order by created_at desc, id desc limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { analyses: shown.map(toAnalysis), last: end && [end.position, end.id] }
}

/** Completes a running analysis with its findings. It has no effect on an analysis that a newer one has replaced. */
export async function completeCustomAnalysis(
  sql: TenantSql,
  id: string,
  cohortSize: number,
  findings: CohortFindings,
  /** The reason why there are no results; empty when there are some. */
  explanation = '',
): Promise<void> {
  await sql`
    update custom_analyses set status = 'completed', cohort_size = ${cohortSize}, error_message = ${explanation},
      findings = ${asJson(sql, findings)}, updated_at = now(), completed_at = now()
    where id = ${id} and status = 'running'`
}

/** Ends a running analysis that cannot be completed; people see the `message`. */
export async function failCustomAnalysis(sql: TenantSql, id: string, message: string): Promise<void> {
  await sql`
    update custom_analyses set status = 'failed', terminal_reason = 'error', error_message = ${message},
      updated_at = now(), completed_at = now()
    where id = ${id} and status = 'running'`
}

type AnalysisRow = Omit<CustomAnalysis, 'accessScope'> & { readonly accessScope: AccessScope | null }

function toAnalysis({ accessScope, ...row }: AnalysisRow): CustomAnalysis {
  return { ...row, accessScope: accessScope ?? undefined }
}

function columns(sql: TenantSql) {
  return sql`id, status, created_by as "createdBy", cohort_filters as filters, access_scope as "accessScope",
    resource_scope as "resourceScope", terminal_reason as "terminalReason", superseded_by as "supersededBy",
    error_message as "errorMessage", cohort_size as "cohortSize", created_at as "createdAt", updated_at as "updatedAt",
    completed_at as "completedAt"`
}
