import type { TenantSql } from '@assay/store'
import type { Review } from '../review.ts'

/** Before or after the due date, each once; or `asked`: the last one that the owner requested. */
export type ReminderKind = 'before' | 'after' | 'asked'

/** The result of the mails of one kind that remind the reviewers of a review. */
export interface Reminder {
  readonly kind: ReminderKind
  /** The time at which the mails are, or were, due. */
  readonly plannedAt: Date
  /** The time at which the work was queued; undefined when it was not yet. */
  readonly askedAt: Date | undefined
  /** Number of reviewers who got a mail; `unsent` is the number of those who got none. */
  readonly sent: number
  readonly unsent: number
  /** The reason for the first reviewer without a mail; empty when all got one. */
  readonly message: string
}

const longestLeadMs = 3 * 86_400_000
const afterMs = 86_400_000

/**
 * The time at which reminders are due: three days before the due date, or half of the time before it if a review is shorter, and a day
 * after it. `due_review_reminders` uses the same rule. Undefined without a due date.
 */
export function plannedReminder(
  { createdAt, dueAt }: Pick<Review, 'createdAt' | 'dueAt'>,
  kind: 'before' | 'after',
): Date | undefined {
  if (dueAt === null) return undefined
  const due = dueAt.getTime()
  if (kind === 'after') return new Date(due + afterMs)
  return new Date(due - Math.min(longestLeadMs, (due - createdAt.getTime()) / 2))
}

/** The reminders of reviews, by the id of the review: those of the due date, if there is one, then the last one that a user requested. */
export async function remindersOf(
  sql: TenantSql,
  reviews: readonly Review[],
): Promise<(reviewId: string) => readonly Reminder[]> {
  const ids = reviews.map(({ id }) => id)
  const rows = await sql<
    {
      id: string
      kind: ReminderKind
      askedAt: Date | null
      sent: number
      unsent: number
      message: string
    }[]
  >`
    select review.id, asked.kind, asked.at as "askedAt",
      count(noted.reviewer_id) filter (where noted.unsent_reason is null)::integer as sent,
      count(noted.unsent_reason)::integer as unsent,
      coalesce((array_agg(noted.unsent_reason order by noted.reviewer_id) filter (where noted.unsent_reason is not null))[1], '')
        as message
    from reviews review
    cross join lateral (values
      ('before', reminded_before_at), ('after', reminded_after_at), ('asked', reminded_asked_at)) as asked (kind, at)
    left join review_reminders noted on noted.review_id = review.id and noted.kind = asked.kind
      and (asked.at is null or noted.noted_at >= asked.at)
    where review.id = any(${ids}::uuid[]) group by review.id, asked.kind, asked.at`
  const known = new Map(rows.map(({ id, ...row }) => [`${id} ${row.kind}`, row]))
  const all = new Map(
    reviews.map((review) => [
      review.id,
      (['before', 'after', 'asked'] as const).flatMap((kind): Reminder[] => {
        const row = known.get(`${review.id} ${kind}`)
        const plannedAt = kind === 'asked' ? (row?.askedAt ?? undefined) : plannedReminder(review, kind)
        if (row === undefined || plannedAt === undefined) return []
        const { askedAt, sent, unsent, message } = row
        return [{ kind, plannedAt, askedAt: askedAt ?? undefined, sent, unsent, message }]
      }),
    ]),
  )
  return (id) => all.get(id) ?? []
}
