import type { TenantSql } from '@assay/store'
import { recordLoad } from './source-entries.ts'
import { removeLoadContent } from './stored-content.ts'

/**
 * An open load without an upload for this long is aborted when another begins, like an open import: its client has probably
 * abandoned it.
 */
const forgottenAfterHours = 24

/**
 * Aborts the open load of a source if it had no upload for a day. A load that gathers change sets stays, since it begins by itself.
 * Call it in the transaction that opens the next load.
 */
export async function abortForgottenLoad(sql: TenantSql, sourceKey: number): Promise<void> {
  const longAgo = sql`now() - make_interval(hours => ${forgottenAfterHours})`
  // The row is locked first, so that the next statement sees uploads that begin or end meanwhile.
  const [open] = await sql<{ id: number }[]>`
    select id from source_loads
    where source_id = ${sourceKey} and state = 'open' and gathers_until is null and created_at < ${longAgo}
    for no key update`
  if (open === undefined) return
  const message = `It had no upload for ${forgottenAfterHours} hours when another load began`
  const aborted = await sql`
    update source_loads set state = 'aborted', error_message = ${message}
    where id = ${open.id} and not exists (
      select from source_files where load_id = ${open.id}
        and (live_until >= now() or (live_until is null and created_at >= ${longAgo})))`
  if (aborted.count === 0) return
  await recordLoad(sql, open.id, 'load.abort', { message })
  await removeLoadContent(sql, open.id)
}
