import { filterCondition, type Listed, type ListQuery, type Sorter, sortOrder } from '@assay/collection-query'
import { onlyRow, type TenantSql } from '@assay/store'
import type { Session } from '../session.ts'
import { sessionColumns } from './session-rows.ts'

type SessionField = 'saved' | 'name'
export type SessionSorter = 'createdBy' | 'createdDate'

/**
 * Sessions, newest first unless sorted otherwise. `createdBy` sorts by the creator's name without regard to case, then by the
 * id.
 */
export async function listSessions(
  sql: TenantSql,
  { filter, sorters, page, wantsTotal }: ListQuery<SessionField, SessionSorter>,
): Promise<Listed<Session>> {
  const condition = filterCondition(sql, filter, { saved: sql`saved`, name: sql`name` })
  const withIds = sorters.flatMap((sorter): Sorter<SessionSorter | 'createdById'>[] =>
    sorter.name === 'createdBy' ? [sorter, { ...sorter, name: 'createdById' }] : [sorter],
  )
  const columns = {
    createdBy: sql`lower(created_by_name)`,
    createdById: sql`created_by_id`,
    createdDate: sql`created_at`,
  }
  const items = await sql<Session[]>`
    select ${sessionColumns(sql)} from mining_sessions where ${condition}
    ${sortOrder(sql, withIds, columns, [sql`created_at desc`, sql`id`])}
    limit ${page.limit} offset ${page.offset}`
  if (!wantsTotal) return { items, total: undefined }
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count from mining_sessions where ${condition}`,
  )
  return { items, total: count }
}
