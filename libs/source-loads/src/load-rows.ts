import { notFound } from '@assay/errors'
import type { Fault } from '@assay/sources'
import type { Fragment, TenantSql } from '@assay/store'
import type { ChangeCounts, Load, LoadCounts, LoadKind, LoadState, Removals } from './load.ts'

export interface LoadRow {
  id: number
  source: string
  kind: LoadKind
  base_load_id: number | null
  change_counts: ChangeCounts | null
  state: LoadState
  skip_invalid: boolean
  created_by: string
  created_at: Date
  committed_at: Date | null
  counts: LoadCounts | null
  report: string[] | null
  faults: Fault[]
  fault_count: number
  error_message: string
  map_version: number | null
  import_id: number | null
  removals: Removals | null
  confirmed_by: string | null
  changed_nothing: boolean
  files: { name: string; size_bytes: number; sha256: string }[]
}

/** A caller adds `where`, `order by` and `limit` over `l` (loads) and `s` (their sources). */
export function loadColumns(sql: TenantSql): Fragment {
  return sql`
    select l.id, s.name as source, l.kind, l.base_load_id, l.change_counts, l.state, l.skip_invalid, l.created_by, l.created_at,
      l.committed_at, l.counts, l.report,
      l.faults, l.fault_count, l.error_message, l.map_version, l.import_id, l.removals, l.confirmed_by, l.changed_nothing,
      coalesce((select json_agg(json_build_object('name', f.name, 'size_bytes', f.size_bytes, 'sha256', encode(f.sha256, 'hex'))
        order by f.name) from source_files f where f.load_id = l.id and f.live_until is null), '[]') as files
    from source_loads l join sources s on s.id = l.source_id`
}

export function loadOf(row: LoadRow): Load {
  return {
    id: String(row.id),
    source: row.source,
    kind: row.kind,
    baseLoadId: row.base_load_id === null ? undefined : String(row.base_load_id),
    changes: row.change_counts ?? undefined,
    state: row.state,
    skipInvalid: row.skip_invalid,
    createdBy: row.created_by,
    createdAt: row.created_at,
    committedAt: row.committed_at ?? undefined,
    files: row.files.map((file) => ({ name: file.name, sizeBytes: file.size_bytes, sha256: file.sha256 })),
    counts: row.counts ?? undefined,
    report: row.report ?? [],
    faults: row.faults,
    faultCount: Number(row.fault_count),
    errorMessage: row.error_message,
    mapVersion: row.map_version ?? undefined,
    importId: row.import_id === null ? undefined : String(row.import_id),
    removals: row.removals ?? undefined,
    confirmedBy: row.confirmed_by ?? undefined,
    changedNothing: row.changed_nothing,
  }
}

export async function selectLoad(sql: TenantSql, key: number): Promise<Load> {
  const [row] = await sql<LoadRow[]>`${loadColumns(sql)} where l.id = ${key}`
  if (row === undefined) throw notFound('load', String(key))
  return loadOf(row)
}
