import type { TenantSql } from '@assay/store'
import type { Session } from '../session.ts'
import { sessionColumns } from './session-rows.ts'

/** Where a page of sessions ends: the time with all its digits. */
export type SessionPosition = readonly [createdAt: string, id: string]

/** The newest first. */
export async function pageOfSessions(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: SessionPosition | undefined },
): Promise<{ readonly sessions: readonly Session[]; readonly last: SessionPosition | undefined }> {
  const { after } = page
  const rows = await sql<(Session & { position: string })[]>`
    select ${sessionColumns(sql)}, created_at::text as position from mining_sessions
    ${
      after === undefined
        ? sql``
        : sql`where created_at < ${after[0]}::text::timestamptz
            or (created_at = ${after[0]}::text::timestamptz and id > ${after[1]}::uuid)`
    }
    order by created_at desc, id limit ${page.size + 1}`
  const sessions = rows.slice(0, page.size)
  const end = rows.length > page.size ? sessions.at(-1) : undefined
  return { sessions, last: end && [end.position, end.id] }
}
