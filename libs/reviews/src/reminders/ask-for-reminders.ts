import { type Jobs, jobs } from '@assay/jobs'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { reminderQueue } from '../queues.ts'
import type { ReminderKind } from './reminder.ts'

/**
 * Asks for the mails that are due now, of all tenants. Each is asked for once, however many workers look.
 * @returns how many were asked for
 */
export async function askForDueReminders(sql: Sql, tools: Pick<Jobs, 'enqueue'> = jobs): Promise<number> {
  const due = await sql<{ tenantId: number; reviewId: string; kind: ReminderKind }[]>`
    select tenant_id as "tenantId", review_id as "reviewId", kind from due_review_reminders()`
  let asked = 0
  for (const { tenantId, ...key } of due)
    if (await inTenant(sql, tenantId, (scoped) => askForReminder(scoped, tools, tenantId, key))) asked++
  return asked
}

async function askForReminder(
  sql: TenantSql,
  { enqueue }: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  { reviewId, kind }: { readonly reviewId: string; readonly kind: ReminderKind },
): Promise<boolean> {
  const column = sql(kind === 'before' ? 'reminded_before_at' : 'reminded_after_at')
  const { count } = await sql`
    update reviews set ${column} = now() where id = ${reviewId} and ${column} is null and closed_at is null`
  if (count === 0) return false
  await enqueue(sql, reminderQueue, { tenantId, reviewId, kind }, `${reviewId}/${kind}`)
  return true
}
