import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { attemptOnce } from '@assay/jobs/testing'
import { createMailSender } from '@assay/mail'
import { type MailTools, mailWork } from '@assay/role-sessions'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeEach, expect, test } from 'vitest'

const db = await createTestDatabase()
const tenantId = await db.tenantId()
await inTenant(db.database.sql, tenantId, async (sql) => {
  for (const [key, id, email] of [
    [1, 'ada', 'ada@example.com'],
    [2, 'ben', ''],
  ] as const) {
    await sql`
      insert into identities (tenant_id, key, id, display_name, email, status, type, name_order, email_order)
      values (${tenantId}, ${key}, ${id}, ${id}, ${email}, 'enabled', 'human', ${id}, ${email})`
  }
})

/** The error codes for the next mails; later mails are accepted. */
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
      taken.push({
        to: session.envelope.rcptTo.map(({ address }) => address),
        content: Buffer.concat(chunks).toString(),
      })
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
beforeEach(() => {
  refusals = []
  taken = []
  unsent.length = 0
})

const unsent: string[] = []
const tools: MailTools = {
  sql: db.database.sql,
  send: sender.send,
  onUnsent: (_, reason) => void unsent.push(reason),
}
const send = (sessionId: string, calculation = 1, given: Partial<MailTools> = {}) =>
  attemptOnce(mailWork({ ...tools, ...given }), { tenantId, sessionId, calculation })

async function endedSession(recipient: string, state = 'POTENTIAL_ROLES_CREATED') {
  const id = randomUUID()
  await inTenant(
    db.database.sql,
    tenantId,
    (sql) => sql`
      insert into mining_sessions (tenant_id, id, name, type, scoping_method, scope, min_identities, email_recipient_id,
        state, error_message, identity_count, potential_role_count)
      values (${tenantId}, ${id}, 'Sales', 'SPECIALIZED', 'MANUAL', '{}', 20, ${recipient}, ${state},
        ${state === 'FAILED' ? 'There is no access data' : ''}, 340, 12)`,
  )
  return id
}

/** The subject; RFC 2047 encodes it because of its quotes. */
function subjectOf(content: string): string {
  const words = [...content.matchAll(/=\?UTF-8\?Q\?(.*?)\?=/g)].map(([, word]) => word).join('')
  return decodeURIComponent(words.replaceAll('_', ' ').replaceAll('=', '%'))
}

test('a session that ended well is told once', async () => {
  const id = await endedSession('ada')
  await send(id)
  await send(id)
  expect(taken).toHaveLength(1)
  expect(taken[0]!.to).toEqual(['ada@example.com'])
  expect(subjectOf(taken[0]!.content)).toBe('Role mining session "Sales" is ready: 12 potential roles')
  expect(taken[0]!.content).toContain('From: assay@example.com')
  expect(taken[0]!.content).toContain(`Message-ID: <${id}.1@assay>`)
  expect(taken[0]!.content).toContain('Identities: 340')
})

test('a session that failed is told with the reason', async () => {
  await send(await endedSession('ada', 'FAILED'))
  expect(subjectOf(taken[0]!.content)).toBe('Role mining session "Sales" failed')
  expect(taken[0]!.content).toContain('Reason: There is no access data')
})

test('a server that cannot take it now is asked again, one that never will is not', async () => {
  const id = await endedSession('ada')
  refusals = [451, 550]
  await expect(send(id)).rejects.toMatchObject({ kind: 'unavailable' })
  await send(id)
  expect(taken).toHaveLength(0)
  await send(id)
  expect(taken).toHaveLength(1)
  const closed = createMailSender('smtp://127.0.0.1:1', 'assay@example.com')
  await expect(send(await endedSession('ada'), 1, { send: closed.send })).rejects.toMatchObject({ kind: 'unavailable' })
})

test('nothing is sent about a session that goes on, without an address, or without a mail server', async () => {
  await send(await endedSession('ada', 'UPDATED'))
  await send(await endedSession('ada'), 2)
  await send(await endedSession('ben'))
  await send(randomUUID())
  await send(await endedSession('ada'), 1, { send: undefined })
  expect(taken).toEqual([])
  expect(unsent).toEqual([
    expect.stringContaining('changed since'),
    expect.stringContaining('changed since'),
    expect.stringContaining('address'),
    expect.stringContaining('changed since'),
    'no mail server is set up',
  ])
})
