import type { TenantSql } from '@assay/store'
import type { PotentialRoleSummary } from '../potential-role.ts'
import { getSession } from '../sessions/session-rows.ts'
import { type SummaryRow, summaryColumns, summaryOf } from './role-rows.ts'

/** The position at which a page of roles ends. The time has its full precision. */
export type RolePosition = readonly [quality: number, createdAt: string, id: string]

/**
 * The roles of a session, the best first.
 * @throws not_found
 */
export async function pageOfRoles(
  sql: TenantSql,
  sessionId: string,
  page: { readonly size: number; readonly after?: RolePosition | undefined },
): Promise<{ readonly roles: readonly PotentialRoleSummary[]; readonly last: RolePosition | undefined }> {
  const session = await getSession(sql, sessionId)
  const { after } = page
  const rows = await sql<(SummaryRow & { position: string })[]>`
    select ${summaryColumns(sql)}, role.created_at::text as position from potential_roles role
    where role.session_id = ${session.id}
    ${
      after === undefined
        ? sql``
        : sql`and (role.quality < ${after[0]} or (role.quality = ${after[0]} and
            (role.created_at < ${after[1]}::text::timestamptz
              or (role.created_at = ${after[1]}::text::timestamptz and role.id > ${after[2]}::uuid))))`
    }
    order by role.quality desc, role.created_at desc, role.id limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return {
    roles: shown.map(({ position: _, ...row }) => summaryOf(row, session)),
    last: end && [end.quality, end.position, end.id],
  }
}
