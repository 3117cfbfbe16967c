import type { TenantSql } from '@assay/store'
import { recordLoad } from './source-entries.ts'
import { removeLoadContent } from './stored-content.ts'

/** After so long without an upload, an open load gives way to the next one, as an open import does: its client has forgotten it. */
const forgottenAfterHours = 24

/**
 * Aborts the open load of a source if nobody has uploaded to it for a day. One that gathers change sets begins by itself, and stays.
 * Call it in the transaction that opens the next load.
 */
export async function abortForgottenLoad(sql: TenantSql, sourceKey: number): Promise<void> {
  const longAgo = sql`now() - make_interval(hours => ${forgottenAfterHours})`
  // Locked first: an upload that begins or ends meanwhile is seen by the next statement.
  const [open] = await sql<{ id: number }[]>`
    select id from source_loads
    where source_id = ${sourceKey} and state = 'open' and gathers_until is null and created_at < ${longAgo}
    for no key update`
  if (open === undefined) return
  const message = `Nobody uploaded to it for ${forgottenAfterHours} hours, and another load was begun`
  const aborted = await sql`
    update source_loads set state = 'aborted', error_message = ${message}
    where id = ${open.id} and not exists (
      select from source_files where load_id = ${open.id}
        and (live_until >= now() or (live_until is null and created_at >= ${longAgo})))`
  if (aborted.count === 0) return
  await recordLoad(sql, open.id, 'load.abort', { message })
  await removeLoadContent(sql, open.id)
}
