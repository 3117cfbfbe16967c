import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { jobs, prepareQueues } from '@assay/jobs'
import { attemptOnce } from '@assay/jobs/testing'
import { createMailSender } from '@assay/mail'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { reviewQueues } from '../queues.ts'
import { getReview } from '../reviews.ts'
import { queueDueReminders, remindReviewers } from './queue-reminders.ts'
import { plannedReminder, type ReminderKind, remindersOf } from './reminder.ts'
import { reminderWork } from './reminder-work.ts'

const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, reviewQueues)
const { sql } = db.database
const tenantId = await db.tenantId()
await db.owner.sql`
  insert into identities (tenant_id, key, id, display_name, email, status, type, name_order, email_order)
  select ${tenantId}, key, id, id, email, 'enabled', 'human', id, email
  from (values (1, 'ada', 'ada@example.com'), (2, 'ben', 'ben@example.com'), (3, 'cy', ''), (4, 'dee', 'n/a')) as person (key, id, email)`

/** The status codes with which the server refuses the next mails. */
let refusals: number[] = []
let taken: { to: string[]; content: string }[] = []
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, session, done) {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const responseCode = refusals.shift()
      if (responseCode !== undefined) return done(Object.assign(new Error('not now'), { responseCode }))
      const to = session.envelope.rcptTo.map(({ address }) => address)
      taken.push({ to, content: Buffer.concat(chunks).toString() })
      done()
    })
  },
})
const listening = server.listen(0, '127.0.0.1')
await once(listening, 'listening')
const sender = createMailSender(`smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`, 'assay@example.com')
afterAll(async () => {
  sender.close()
  server.close()
  await db.drop()
})
let unsent: [reviewer: string, reason: string][] = []
beforeEach(() => {
  refusals = []
  taken = []
  unsent = []
})

const work = (send: typeof sender.send | undefined = sender.send) =>
  reminderWork({ sql, send, onUnsent: ({ reviewerId }, reason) => void unsent.push([reviewerId, reason]) })
const attempt = (reviewId: string, kind: ReminderKind, send?: typeof sender.send) =>
  attemptOnce(work(send), { tenantId, reviewId, kind })
const recipients = () => taken.flatMap(({ to }) => to).sort()

/** A review that was made and is due this number of hours from now, with the reviewers of each item and whether it was decided. */
async function review(
  made: number,
  due: number,
  items: readonly (readonly [reviewers: readonly string[], decided?: boolean])[],
): Promise<string> {
  const id = randomUUID()
  const { sql: owner } = db.owner
  await owner`
    insert into reviews (tenant_id, id, display_name, note, owner_id, created_at, due_at, closes_when_decided)
    values (${tenantId}, ${id}, 'Sales', 'Please look', 'zoe', now() + ${made} * interval '1 hour',
      now() + ${due} * interval '1 hour', false)`
  for (const [index, [reviewers, decided = false]] of items.entries()) {
    const item = randomUUID()
    await owner`
      insert into review_items (tenant_id, id, review_id, number, candidate_kind, candidate_id, given_etag, given_import_id,
        candidate, revision, verdict)
      values (${tenantId}, ${item}, ${id}, ${index + 1}, 'draft', ${randomUUID()}, '', '1', '{}', ${decided ? 1 : 0},
        ${decided ? 'approved' : null})`
    for (const reviewer of reviewers)
      await owner`insert into review_assignments (tenant_id, reviewer_id, item_id) values (${tenantId}, ${reviewer}, ${item})`
  }
  return id
}

/** The kinds of queued reminders, by review. */
async function asked(): Promise<Map<string, ReminderKind[]>> {
  await queueDueReminders(sql)
  const jobs = await db.owner.sql<{ reviewId: string; kind: ReminderKind }[]>`
    select data ->> 'reviewId' as "reviewId", data ->> 'kind' as kind from pgboss.job where name = 'review-reminder'`
  const kinds = new Map<string, ReminderKind[]>()
  for (const { reviewId, kind } of jobs) kinds.set(reviewId, [...(kinds.get(reviewId) ?? []), kind].sort())
  return kinds
}

const remindersOfReview = (id: string) =>
  inTenant(sql, tenantId, async (scoped) => {
    const found = await getReview(scoped, id)
    return (await remindersOf(scoped, [found]))(id)
  })

test('reminders are queued once before and once after the due date, for open reviews only', async () => {
  const ours: (readonly [string[]])[] = [[['ada']]]
  const early = await review(-1, 24 * 30, ours)
  const short = await review(-13, 12, ours)
  const soon = await review(-24 * 20, 24 * 2, ours)
  const justDue = await review(-48, -1, ours)
  const late = await review(-24 * 9, -25, ours)
  const closed = await review(-24 * 9, -25, ours)
  await db.owner.sql`update reviews set closed_at = now(), closed_by = 'zoe' where id = ${closed}`
  const first = await asked()
  expect([early, short, soon, justDue, late, closed].map((id) => first.get(id))).toEqual([
    undefined,
    ['before'],
    ['before'],
    undefined,
    ['after'],
    undefined,
  ])
  expect(await asked()).toEqual(first)
  await db.owner.sql`update reviews set due_at = now() - interval '2 days' where id = ${soon}`
  expect((await asked()).get(soon)).toEqual(['after', 'before'])
  const found = await inTenant(sql, tenantId, (scoped) => getReview(scoped, short))
  const [before, after] = [plannedReminder(found, 'before'), plannedReminder(found, 'after')]
  const hours = (time: Date | undefined) => ((time?.getTime() ?? 0) - (found.dueAt?.getTime() ?? 0)) / 3_600_000
  expect([hours(before), hours(after)]).toEqual([-12.5, 24])
})

test('each reviewer with open items gets one mail, with their number and nothing about their content', async () => {
  const id = await review(-24, 24, [[['ada', 'ben']], [['ada']], [['ben'], true]])
  await attempt(id, 'before')
  await attempt(id, 'before')
  expect(recipients()).toEqual(['ada@example.com', 'ben@example.com'])
  const toAda = taken.find(({ to }) => to[0] === 'ada@example.com')?.content ?? ''
  expect(toAda).toContain('From: assay@example.com')
  expect(toAda).toMatch(/Subject: .*Sales.*due/s)
  expect(toAda).toMatch(/Undecided: 2\r?\n\r?\nPlease look/)
  const [before, after] = await remindersOfReview(id)
  expect(before).toMatchObject({ kind: 'before', sent: 2, unsent: 0, message: '' })
  expect(after).toMatchObject({ kind: 'after', sent: 0, unsent: 0, askedAt: undefined })
  await attempt(id, 'after')
  expect(taken).toHaveLength(4)
  expect(new Set(taken.map(({ content }) => /Message-ID:\s*(<[^>]+>)/.exec(content)?.[1])).size).toBe(4)
})

test('a reviewer who gets no mail is recorded with the reason, in the log and with the review, and the other reviewers get their mails', async () => {
  const id = await review(-24, 24, [[['ada', 'ben', 'cy', 'dee', 'a-client~of~nobody']]])
  refusals = [550]
  await attempt(id, 'before')
  expect(recipients()).toEqual(['ben@example.com'])
  const noAddress = 'the access data have no mail address of the reviewer'
  expect(unsent).toEqual([
    ['a-client~of~nobody', noAddress],
    ['ada', expect.stringContaining('the mail server refuses it with 550')],
    ['cy', noAddress],
    ['dee', expect.stringContaining('no proper mail address')],
  ])
  expect((await remindersOfReview(id))[0]).toMatchObject({ sent: 1, unsent: 4, message: noAddress })
  await attempt(id, 'before')
  expect([taken.length, unsent.length]).toEqual([1, 4])
})

test('an unreachable server delays the remaining mails', async () => {
  const id = await review(-24, 24, [[['ada', 'ben']]])
  refusals = [451]
  await expect(attempt(id, 'before')).rejects.toMatchObject({ kind: 'unavailable' })
  expect(taken).toEqual([])
  await attempt(id, 'before')
  expect(recipients()).toEqual(['ada@example.com', 'ben@example.com'])
})

test('an owner reminds reviewers with open items of an open review, and not again within an hour', async () => {
  const id = await review(-24, 24 * 9, [[['ada', 'ben']], [['ben'], true]])
  const caller = { tenantId, userId: 'zoe', isAdministrator: false, isBounded: false }
  const remind = (by: object = {}) =>
    inTenant(sql, tenantId, (scoped) => remindReviewers(scoped, jobs, { ...caller, ...by }, id))
  await expect(remind({ userId: 'eve' })).rejects.toThrow('belongs to "zoe"')
  await remind()
  await attempt(id, 'asked')
  await attempt(id, 'asked')
  expect(recipients()).toEqual(['ada@example.com', 'ben@example.com'])
  expect((await remindersOfReview(id))[2]).toMatchObject({ kind: 'asked', sent: 2, unsent: 0 })
  await expect(remind()).rejects.toThrow('wait until an hour has passed')
  await db.owner.sql`update reviews set reminded_asked_at = now() - interval '2 hours' where id = ${id}`
  await remind()
  await attempt(id, 'asked')
  expect(taken).toHaveLength(4)
  const entries = await db.owner.sql`select from ledger_entries where kind = 'review.remind' and subject_id = ${id}`
  expect(entries).toHaveLength(2)
  await db.owner.sql`update reviews set closed_at = now(), closed_by = 'zoe' where id = ${id}`
  await expect(remind()).rejects.toThrow('was closed by "zoe"')
})

test('nothing is sent without a mail server, for a closed review, and for a review that was deleted', async () => {
  const id = await review(-24, 24, [[['ada']]])
  await attemptOnce(reminderWork({ sql, send: undefined, onUnsent: (_, reason) => void unsent.push(['', reason]) }), {
    tenantId,
    reviewId: id,
    kind: 'before' as const,
  })
  const message = 'no mail server is set up: the worker has no ASSAY_SMTP_URL'
  expect(unsent).toEqual([['', message]])
  expect((await remindersOfReview(id))[0]).toMatchObject({ sent: 0, unsent: 1, message })
  const closed = await review(-24, 24, [[['ada']]])
  await db.owner.sql`update reviews set closed_at = now(), closed_by = 'zoe' where id = ${closed}`
  await attempt(closed, 'before')
  await attempt(randomUUID(), 'after')
  expect(taken).toEqual([])
})
