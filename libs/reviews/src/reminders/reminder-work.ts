import { identitiesById } from '@assay/directory'
import { DomainError } from '@assay/errors'
import { defineWork } from '@assay/jobs'
import type { Mail, MailSender } from '@assay/mail'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { reminderQueue } from '../queues.ts'
import type { Review } from '../review.ts'
import { reviewColumns } from '../reviews.ts'
import type { ReminderKind } from './reminder.ts'
import { type Reminded, reminderMail } from './reminder-mail.ts'

/** What sending reminders needs. */
interface ReminderTools {
  readonly sql: Sql
  /** Undefined when no mail server is configured. */
  readonly send: MailSender['send'] | undefined
  readonly onUnsent: (about: ReminderJob & { readonly reviewerId: string }, reason: string) => void
}

interface ReminderJob {
  readonly tenantId: number
  readonly reviewId: string
  readonly kind: ReminderKind
}

interface ReminderTask extends ReminderJob {
  readonly review: Review
  /** The time when the reminder was queued: a reviewer who got a mail since then gets no second one. */
  readonly askedAt: Date
  readonly reminded: readonly Reminded[]
}

const noServer = 'no mail server is set up: the worker has no ASSAY_SMTP_URL'

/**
 * Sends one mail to each reviewer with open items in an open review. A second mail is sent only if this process dies after the server
 * accepted the mail and before that is recorded. For a reviewer who gets no mail, the reason is recorded.
 */
export function reminderWork({ sql, send, onUnsent }: ReminderTools) {
  return defineWork<ReminderJob, ReminderTask>({
    queue: reminderQueue,
    title: 'The reminder of a review',
    takeUp: (job) => inTenant(sql, job.tenantId, (scoped) => reminderTask(scoped, job)),
    run: async ({ review, askedAt, reminded, ...job }, { signal }) => {
      const { tenantId, reviewId, kind } = job
      for (const one of reminded) {
        signal.throwIfAborted()
        const reason = await unsentReason(send, () => reminderMail(review, kind, one, askedAt), one)
        if (reason !== undefined) onUnsent({ ...job, reviewerId: one.reviewerId }, reason)
        await inTenant(
          sql,
          tenantId,
          (scoped) => scoped`
            insert into review_reminders (tenant_id, review_id, kind, reviewer_id, unsent_reason)
            values (${tenantId}, ${reviewId}, ${kind}, ${one.reviewerId}, ${reason ?? null})
            on conflict (tenant_id, review_id, kind, reviewer_id)
            do update set noted_at = now(), unsent_reason = excluded.unsent_reason`,
        )
      }
    },
  })
}

/** Sends a mail. @returns undefined, or the reason why it cannot be sent. @throws unavailable for a temporary failure */
async function unsentReason(
  send: ReminderTools['send'],
  mail: () => Mail,
  { address }: Reminded,
): Promise<string | undefined> {
  if (send === undefined) return noServer
  if (address === '') return 'the access data have no mail address of the reviewer'
  try {
    await send(mail())
    return undefined
  } catch (error) {
    // The other reviewers can still get their mails.
    if (error instanceof DomainError && error.kind === 'invalid_argument') return error.message
    throw error
  }
}

/** Undefined for a review that was closed since, and when all reviewers got their mails. */
async function reminderTask(sql: TenantSql, job: ReminderJob): Promise<ReminderTask | undefined> {
  const { reviewId, kind } = job
  const [row] = await sql<(Review & { askedAt: Date | null })[]>`
    select ${reviewColumns(sql)}, ${sql(`reminded_${kind}_at`)} as "askedAt"
    from reviews review where review.id = ${reviewId} and closed_at is null`
  if (row === undefined) return undefined
  const { askedAt: asked, ...review } = row
  const askedAt = asked ?? new Date(0)
  const rows = await sql<{ reviewerId: string; undecided: number }[]>`
    select assignment.reviewer_id as "reviewerId", count(*)::integer as undecided
    from review_items item join review_assignments assignment on assignment.item_id = item.id
    where item.review_id = ${reviewId} and item.verdict is null and not exists (
      select from review_reminders noted
      where noted.review_id = ${reviewId} and noted.kind = ${kind} and noted.reviewer_id = assignment.reviewer_id
        and noted.noted_at >= ${askedAt})
    group by assignment.reviewer_id order by assignment.reviewer_id`
  if (rows.length === 0) return undefined
  const people = await identitiesById(
    sql,
    rows.map(({ reviewerId }) => reviewerId),
  )
  const addresses = new Map(people.map(({ id, email }) => [id, email]))
  const reminded = rows.map((row) => ({ ...row, address: addresses.get(row.reviewerId) ?? '' }))
  return { ...job, review, askedAt, reminded }
}
