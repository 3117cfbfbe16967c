import type { TenantSql } from '@assay/store'
import type { Session } from '../session.ts'
import { sessionColumns } from './session-rows.ts'

/** The position at which a page of sessions ends. The time has its full precision. */
export type SessionPosition = readonly [createdAt: string, id: string]

/** A page ends early if the ids of people in its sessions have more bytes, because each session may have megabytes of them. */
const mostScopeBytes = 4 * 1024 * 1024

/** Sessions, the newest first. */
export async function pageOfSessions(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: SessionPosition | undefined },
): Promise<{ readonly sessions: readonly Session[]; readonly last: SessionPosition | undefined }> {
  const { after } = page
  const rows = await sql<(Session & { position: string; found: number })[]>`
    select ${sessionColumns(sql)}, created_at::text as position, found from (
      select one.*, count(*) over ()::integer as found,
        sum(octet_length(scope::text)) over (order by created_at desc, id) - octet_length(scope::text) as bytes_before
      from (
        select * from mining_sessions
        ${
          after === undefined
            ? sql``
            : sql`where created_at < ${after[0]}::text::timestamptz
                or (created_at = ${after[0]}::text::timestamptz and id > ${after[1]}::uuid)`
        }
        order by created_at desc, id limit ${page.size + 1}) one) page
    where bytes_before < ${mostScopeBytes} order by created_at desc, id`
  const sessions = rows.slice(0, page.size)
  const end = (rows[0]?.found ?? 0) > sessions.length ? sessions.at(-1) : undefined
  return { sessions, last: end && [end.position, end.id] }
}
