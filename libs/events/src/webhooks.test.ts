import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SealedTexts } from '@assay/auth'
import { prepareQueues } from '@assay/jobs'
import { attemptOnce } from '@assay/jobs/testing'
import { actingAs, listEntries, recordEntry } from '@assay/ledger'
import { parseNetworks } from '@assay/outbound'
import { inTenant, removeAgedRows, type TenantSql, tenantName } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { type CloudEvent, HTTP } from 'cloudevents'
import { Webhook as Receiver } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sealEntries } from '../../ledger/src/seal-ledger.ts'
import { agedDeliveries } from './aged-rows.ts'
import { listDeliveries, replayDelivery } from './deliveries.ts'
import { deliveryWork } from './delivery-work.ts'
import { dueDeliveries } from './due-deliveries.ts'
import { eraseFromWebhooks } from './erase-person.ts'
import { eventQueues } from './queue.ts'
import { mostWaiting, queueEvents } from './queue-events.ts'
import { recordOutcome } from './record-outcome.ts'
import { replaySince } from './replay.ts'
import type { Outcome } from './send-event.ts'
import { getWebhook, lockWebhook } from './webhook.ts'
import { wakeLeftWebhooks, webhookStates } from './webhook-care.ts'
import {
  createWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  mostWebhooks,
  rotateSecret,
  testWebhook,
  updateWebhook,
} from './webhooks.ts'

const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, eventQueues)
const { sql } = db.database
const sealed = new SealedTexts(sql, { encryptionKey: new Uint8Array(32).fill(7) }, 'worker')
await sealed.publish()

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let received: Received[] = []
let answer: (request: Received, response: ServerResponse) => void
const taken = (_: Received, response: ServerResponse) => void response.writeHead(204).end()
const server = createServer(async (request, response) => {
  let body = ''
  for await (const piece of request) body += piece
  const one = { path: request.url ?? '', headers: request.headers, body }
  received.push(one)
  answer(one, response)
})

let baseUrl = ''
let tenantId = 0
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(async () => {
  tenantId = await db.tenantId()
  received = []
  answer = taken
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await db.drop()
})

const ada = { type: 'client', id: 'calm-otter', person: 'ada', name: 'Ada Long', role: 'role-miner' } as const
const within = <T>(work: (scoped: TenantSql) => Promise<T>) => actingAs(ada, () => inTenant(sql, tenantId, work))
const outcomes: Outcome['kind'][] = []
const workOf = (more: Partial<Parameters<typeof deliveryWork>[0]> = {}) =>
  deliveryWork({
    sql,
    networks: parseNetworks('127.0.0.1'),
    open: (name, one) => sealed.open(name, one),
    onOutcome: (kind) => outcomes.push(kind),
    ...more,
  })

const make = async (path = '/hook', eventTypes: string[] = []) => {
  const made = await within((scoped) => createWebhook(scoped, tenantId, settings(path, eventTypes)))
  return { id: made.webhook.id, secret: made.secret }
}
const settings = (path: string, eventTypes: string[] = []) => ({
  url: path.startsWith('http') ? path : `${baseUrl}${path}`,
  description: '',
  eventTypes,
})

/** Records an entry of the ledger, which is an event. @returns its id */
const happens = (kind: string, id: string, facts: Record<string, unknown> = {}) =>
  within(async (scoped) => {
    const entry = { kind, subject: { type: kind.split('.')[0] ?? '', id }, comment: 'Ada knows why', people: ['grace'] }
    return (await recordEntry(scoped, { ...entry, after: { displayName: 'Secret plan' }, facts })).id
  })

async function queue() {
  await sealEntries(sql, tenantId)
  await queueEvents(sql, tenantId)
}

/** One turn of a webhook, as a worker runs it. */
async function turn(webhookId: string, work = workOf(), stopping?: AbortSignal) {
  const [row] = await within((scoped) => scoped<{ turn: number }[]>`select turn from webhooks where id = ${webhookId}`)
  await attemptOnce(work, { tenantId, webhookId, turn: row?.turn ?? 0 }, stopping)
}

/** Makes the next attempts due. */
const timePasses = (webhookId: string) =>
  within(async (scoped) => {
    await scoped`update webhooks set quiet_until = null where id = ${webhookId}`
    await scoped`update webhook_deliveries set next_attempt_at = now() where webhook_id = ${webhookId}`
  })

const deliveriesOf = (webhookId: string) =>
  within(async (scoped) => (await listDeliveries(scoped, webhookId, { eventType: '' }, { size: 100 })).deliveries)
const statesOf = async (webhookId: string) =>
  (await deliveriesOf(webhookId)).map(({ state, attempts }) => `${state} ${attempts}`).reverse()
const webhook = (id: string) => within((scoped) => getWebhook(scoped, id))
const verified = (secret: string, { body, headers }: Received) =>
  new Receiver(secret).verify(body, headers as Record<string, string>)
const subjects = () => received.map(({ body }) => JSON.parse(body).subject)

test('an event is a CloudEvent whose signature the published receiver verifies, and it names nobody', async () => {
  const { id, secret } = await make()
  const eventId = await happens('suggestion.accept', 's1', { state: 'accepted', cohortSize: 4, entitlementCount: 2 })
  await queue()
  await turn(id)
  const [one] = received
  if (one === undefined) throw new Error('nothing came')
  expect(one.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
  expect(one.headers['webhook-id']).toBe(eventId)
  verified(secret, one)
  expect(() => verified(secret, { ...one, body: one.body.replace('s1', 's2') })).toThrow()
  const event = HTTP.toEvent({ headers: one.headers, body: one.body }) as CloudEvent
  expect(event.validate()).toBe(true)
  expect(event).toMatchObject({
    specversion: '1.0',
    id: eventId,
    type: 'assay.suggestion.accept',
    source: `urn:assay:tenant:${await within(tenantName)}`,
    subject: 'suggestion/s1',
    datacontenttype: 'application/json',
    data: {
      actor: { type: 'client', id: 'calm-otter', role: 'role-miner' },
      peopleCount: 1,
      facts: { state: 'accepted', cohortSize: 4, entitlementCount: 2 },
    },
  })
  expect(one.body).not.toMatch(/Ada|grace|Secret/)
  expect(await deliveriesOf(id)).toMatchObject([{ eventId, state: 'delivered', attempts: 1, lastStatus: 204 }])
  expect(await webhook(id)).toMatchObject({ waitingCount: 0, failingSince: undefined, lastSuccessAt: expect.any(Date) })
})

test('a webhook gets only the types that it subscribes to, no event from before it was made, and no event that was rolled back', async () => {
  await happens('suggestion.accept', 'before')
  await within(async () => sealEntries(sql, tenantId))
  const { id } = await make('/hook', ['assay.suggestion.*', 'run.complete'])
  await happens('suggestion.dismiss', 's1')
  await happens('run.complete', 'r1')
  await happens('run.ask', 'r2')
  await happens('client.create', 'c1')
  await within(async (scoped) => {
    await recordEntry(scoped, { kind: 'run.complete', subject: { type: 'run', id: 'undone' } })
    throw new Error('no')
  }).catch(() => {})
  await queue()
  await turn(id)
  expect(subjects()).toEqual(['suggestion/s1', 'run/r1'])
})

test('"assay.*" is all types, as no type is', async () => {
  const { id } = await make('/hook', ['assay.*'])
  expect(await webhook(id)).toMatchObject({ eventTypes: [] })
})

test('while a secret is rotated both sign; after a day only the new one does', async () => {
  const { id, secret } = await make()
  const rotated = await within((scoped) => rotateSecret(scoped, id))
  expect(rotated.secret).not.toBe(secret)
  await happens('run.ask', 'r1')
  await queue()
  await turn(id)
  for (const each of [secret, rotated.secret]) verified(each, received[0] as Received)
  await within((scoped) => scoped`update webhooks set previous_secret_ends_at = now() where id = ${id}`)
  await happens('run.ask', 'r2')
  await queue()
  await turn(id)
  const last = received[1] as Received
  verified(rotated.secret, last)
  expect(() => verified(secret, last)).toThrow()
})

test('events of one subject keep their order while one is refused, and other subjects continue', async () => {
  const { id } = await make()
  answer = ({ body }, response) => void response.writeHead(body.includes('"profile/p1"') ? 500 : 200).end('as told')
  await happens('profile.create', 'p1')
  await happens('profile.create', 'p2')
  await happens('profile.delete', 'p1')
  await happens('profile.delete', 'p2')
  await queue()
  await turn(id)
  expect(await statesOf(id)).toEqual(['waiting 1', 'delivered 1', 'waiting 0', 'delivered 1'])
  answer = taken
  await timePasses(id)
  await turn(id)
  const types = received.map(({ body }) => JSON.parse(body)).map(({ type, subject }) => `${type} ${subject}`)
  expect(types.filter((type) => type.endsWith('/p1'))).toEqual([
    'assay.profile.create profile/p1',
    'assay.profile.create profile/p1',
    'assay.profile.delete profile/p1',
  ])
  expect(types.filter((type) => type.endsWith('/p2'))).toEqual([
    'assay.profile.create profile/p2',
    'assay.profile.delete profile/p2',
  ])
  const [first, again] = received.filter(({ body }) => body.includes('"assay.profile.create","subject":"profile/p1"'))
  expect(again?.body).toBe(first?.body)
  expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
})

test('a dead receiver delays only its own events, and costs one request a turn', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const deadUrl = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/`
  await new Promise((resolve) => closed.close(resolve))
  const dead = await make(deadUrl)
  const live = await make('/live')
  for (let number = 0; number < 10; number++) await happens('run.ask', `r${number}`)
  await queue()
  outcomes.length = 0
  await turn(dead.id)
  expect(outcomes.length).toBeLessThanOrEqual(4)
  await turn(live.id)
  expect(received.map(({ path }) => path)).toEqual(Array(10).fill('/live'))
  expect(await webhook(dead.id)).toMatchObject({ waitingCount: 10, failingSince: expect.any(Date) })
  expect((await webhook(dead.id)).lastFailure).toContain('takes no connection')
  outcomes.length = 0
  // The receiver is paused now. After the pause, one request checks whether it works again.
  await turn(dead.id)
  expect(outcomes).toEqual([])
  await timePasses(dead.id)
  await turn(dead.id)
  expect(outcomes).toEqual(['unreachable'])
  const states = (await webhookStates(sql)).find((one) => one.tenantId === tenantId)
  expect(states).toMatchObject({ enabled: 2, failing: 1, disabled: 0, waiting: 10 })
})

test('410 Gone disables a webhook at once, with an entry of the ledger, and nothing is queued until it is enabled', async () => {
  const { id } = await make()
  answer = (_, response) => void response.writeHead(410).end()
  const told: unknown[] = []
  await happens('run.ask', 'r1')
  await queue()
  await turn(id, workOf({ onDisabled: (...about) => told.push(about) }))
  expect(told).toEqual([[tenantId, id, 'gone']])
  expect((await webhook(id)).disabled).toMatchObject({ because: 'gone' })
  const { entries } = await within((scoped) => listEntries(scoped, { kind: 'webhook.disable' }, { size: 5 }))
  expect(entries).toMatchObject([{ reason: 'gone', subject: { id } }])
  await happens('run.ask', 'r2')
  await queue()
  expect(await statesOf(id)).toEqual(['failed 1'])
  await expect(within((scoped) => testWebhook(scoped, id))).rejects.toMatchObject({ kind: 'failed_precondition' })
  answer = taken
  await within((scoped) => enableWebhook(scoped, tenantId, id))
  await happens('run.ask', 'r3')
  await queue()
  await turn(id)
  expect(subjects()).toEqual(['run/r1', 'run/r3'])
})

test('Retry-After is honoured, up to a day', async () => {
  const { id } = await make()
  answer = (_, response) => void response.writeHead(429, { 'retry-after': '1800' }).end()
  for (const subject of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await happens('run.ask', subject)
  await queue()
  await turn(id)
  const { quietUntil } = await webhook(id)
  const seconds = ((quietUntil?.getTime() ?? 0) - Date.now()) / 1000
  expect(seconds).toBeGreaterThan(1700)
  expect(seconds).toBeLessThanOrEqual(1801)
  expect(received.length).toBeLessThanOrEqual(4)
})

test('no redirect is followed, no private address is reached, and a slow response is no success', async () => {
  const redirecting = await make()
  answer = (_, response) => void response.writeHead(302, { location: `${baseUrl}/elsewhere` }).end()
  await happens('run.ask', 'r1')
  await queue()
  await turn(redirecting.id)
  expect(received.map(({ path }) => path)).toEqual(['/hook'])
  expect((await webhook(redirecting.id)).lastFailure).toContain('no redirect is followed')

  received = []
  await timePasses(redirecting.id)
  await turn(redirecting.id, workOf({ networks: [] }))
  expect(received).toEqual([])
  expect((await webhook(redirecting.id)).lastFailure).toContain('no address of the internet')

  answer = (_, response) => void response.writeHead(200).write('begins, and never ends')
  await timePasses(redirecting.id)
  await turn(redirecting.id, workOf({ answerMs: 100 }))
  expect(received).toHaveLength(1)
  expect(await deliveriesOf(redirecting.id)).toMatchObject([
    { state: 'waiting', attempts: 3, lastStatus: undefined, lastFault: expect.stringContaining('within 0.1 s') },
  ])
  server.closeAllConnections()
})

test('a long response is cut and counts by its status', async () => {
  const { id } = await make()
  answer = (_, response) => void response.writeHead(200).end(`\0${'x'.repeat(200_000)}`)
  await happens('run.ask', 'r1')
  await queue()
  await turn(id)
  const [delivery] = await deliveriesOf(id)
  expect(delivery).toMatchObject({ state: 'delivered', lastStatus: 200 })
  expect(delivery?.lastAnswer).toHaveLength(1000)
})

test('a replay sends the same ids and bodies, also of events that the webhook did not get before', async () => {
  const before = await happens('run.complete', 'before')
  await sealEntries(sql, tenantId)
  const { id } = await make('/hook', ['run.*'])
  const first = await happens('run.ask', 'r1')
  await happens('suggestion.accept', 's1')
  await queue()
  await turn(id)
  const bodies = new Map(received.map(({ headers, body }) => [headers['webhook-id'], body]))
  received = []
  await within((scoped) => replayDelivery(scoped, tenantId, id, first))
  await turn(id)
  expect(received.map(({ body }) => body)).toEqual([bodies.get(first)])
  expect(await deliveriesOf(id)).toMatchObject([{ eventId: first, state: 'delivered', attempts: 1, replays: 1 }])

  received = []
  const replayed = await within((scoped) => replaySince(scoped, tenantId, id, { position: 1 }))
  expect(replayed).toEqual({ queuedCount: 2, nextPosition: undefined })
  await turn(id)
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([before, first])
  expect(received[1]?.body).toBe(bodies.get(first))
  const later = await within((scoped) => replaySince(scoped, tenantId, id, { time: new Date(Date.now() + 60_000) }))
  expect(later.queuedCount).toBe(0)
})

test('after its last attempt an event is given up; if the receiver accepted nothing meanwhile, the webhook is disabled', async () => {
  const { id } = await make()
  answer = ({ body }, response) => void response.writeHead(body.includes('run/poison') ? 500 : 200).end()
  const nearlyLast = async () => {
    await timePasses(id)
    await within((scoped) => scoped`update webhook_deliveries set attempts = 7 where state = 'waiting'`)
  }
  await happens('run.ask', 'poison')
  await queue()
  await turn(id)
  await happens('run.ask', 'good')
  await queue()
  await turn(id)
  await nearlyLast()
  await turn(id)
  // The receiver accepted another event since: the event is at fault, and not the receiver.
  expect(await statesOf(id)).toEqual(['failed 8', 'delivered 1'])
  expect((await webhook(id)).disabled).toBeUndefined()
  await happens('run.ask', 'poison')
  await queue()
  await turn(id)
  await nearlyLast()
  await turn(id)
  expect((await webhook(id)).disabled).toMatchObject({ because: 'failing' })
})

test('a worker that stops or dies in the middle loses nothing: the event is sent again', async () => {
  const { id } = await make()
  const stopping = new AbortController()
  answer = () => stopping.abort(new Error('the worker stops'))
  const eventId = await happens('run.ask', 'r1')
  await queue()
  await expect(turn(id, workOf(), stopping.signal)).rejects.toThrow('the worker stops')
  expect(await statesOf(id)).toEqual(['waiting 0'])
  answer = taken
  await turn(id)
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([eventId, eventId])
  // When the job was lost with the worker, as after a restore, the webhook gets a new turn.
  await happens('run.ask', 'r2')
  await queue()
  await within((scoped) => scoped`update webhooks set due_at = now() - interval '2 minutes'`)
  await within((scoped) => scoped`delete from pgboss.job`).catch(() => {})
  expect(await wakeLeftWebhooks(sql)).toBe(1)
  await turn(id)
  expect(subjects()).toEqual(['run/r1', 'run/r1', 'run/r2'])
})

test('a test is sent only to its webhook, whatever types it subscribes to', async () => {
  const tested = await make('/tested', ['review.*'])
  await make('/other')
  const { eventId } = await within((scoped) => testWebhook(scoped, tested.id))
  await queue()
  await turn(tested.id)
  expect(received).toMatchObject([{ path: '/tested', headers: { 'webhook-id': eventId } }])
  expect(await within((scoped) => replaySince(scoped, tenantId, tested.id, { position: 0 }))).toMatchObject({
    queuedCount: 0,
  })
})

test('a secret that another key sealed is reported in the webhook, and nothing is sent', async () => {
  const { id } = await make()
  const other = new SealedTexts(sql, { encryptionKey: new Uint8Array(32).fill(8) }, 'worker')
  await happens('run.ask', 'r1')
  await queue()
  await turn(id, workOf({ open: (name, one) => other.open(name, one) }))
  expect(received).toEqual([])
  expect((await webhook(id)).lastFailure).toContain('ASSAY_WEBHOOK_KEY')
  expect(await statesOf(id)).toEqual(['waiting 0'])
})

test('after a change of the key only a new secret signs, since the previous one cannot be opened', async () => {
  const { id } = await make()
  const other = new SealedTexts(sql, { encryptionKey: new Uint8Array(32).fill(8) }, 'worker')
  await other.publish()
  const rotated = await within((scoped) => rotateSecret(scoped, id))
  await sealed.publish()
  await happens('run.ask', 'r1')
  await queue()
  await turn(id, workOf({ open: (name, one) => other.open(name, one) }))
  expect(received).toHaveLength(1)
  verified(rotated.secret, received[0] as Received)
})

test('an event that is itself at fault delays the other events for seconds, however long it waits', async () => {
  const { id } = await make()
  answer = ({ body }, response) =>
    void (body.includes('run/poison') ? response.destroy() : response.writeHead(204).end())
  await happens('run.ask', 'poison')
  await queue()
  await turn(id)
  await timePasses(id)
  await within(async (scoped) => {
    await scoped`update webhook_deliveries set attempts = 6 where webhook_id = ${id}`
    await scoped`update webhooks set last_success_at = now() where id = ${id}`
  })
  await turn(id)
  const [poison] = await deliveriesOf(id)
  expect(poison?.nextAttemptAt?.getTime()).toBeGreaterThan(Date.now() + 9 * 3_600_000)
  expect((await webhook(id)).quietUntil?.getTime()).toBeLessThan(Date.now() + 10_000)
})

const failed = { kind: 'unreachable', fault: 'away' } as const
const firstDue = (id: string) =>
  within(async (scoped) => {
    const [first] = await dueDeliveries(scoped, id, 1)
    if (first === undefined) throw new Error('nothing is due')
    return first
  })

test('a delivery that is replayed during an attempt is sent again, whatever the result of that attempt is', async () => {
  const { id } = await make()
  const eventId = await happens('run.ask', 'r1')
  await queue()
  await within((scoped) => scoped`update webhook_deliveries set attempts = 7 where webhook_id = ${id}`)
  const sent = await firstDue(id)
  await within((scoped) => replayDelivery(scoped, tenantId, id, eventId))
  expect(await within((scoped) => recordOutcome(scoped, id, sent, failed))).toMatchObject({ disabled: undefined })
  await within((scoped) => recordOutcome(scoped, id, sent, { kind: 'delivered', status: 204, answer: '' }))
  expect(await statesOf(id)).toEqual(['waiting 0'])
  expect((await webhook(id)).disabled).toBeUndefined()
})

test('a late failure does not undo the delivery of another worker', async () => {
  const { id } = await make()
  await happens('run.ask', 'r1')
  await queue()
  const sent = await firstDue(id)
  await turn(id)
  await within((scoped) => recordOutcome(scoped, id, sent, failed))
  expect(await statesOf(id)).toEqual(['delivered 1'])
})

test('a replay and the end of an attempt do not wait for each other', async () => {
  const { id } = await make()
  const eventId = await happens('run.ask', 'r1')
  await queue()
  const sent = await firstDue(id)
  let recording: Promise<unknown> | undefined
  await within(async (scoped) => {
    await lockWebhook(scoped, id)
    recording = within((other) => recordOutcome(other, id, sent, failed))
    await new Promise((resolve) => setTimeout(resolve, 200))
    await replayDelivery(scoped, tenantId, id, eventId)
  })
  await recording
  expect(await statesOf(id)).toEqual(['waiting 0'])
})

test('a turn ends at the next response when a user disables the webhook', async () => {
  const { id } = await make()
  for (let number = 0; number < 20; number++) await happens('run.ask', `r${number}`)
  await queue()
  answer = async (_, response) => {
    await within((scoped) => disableWebhook(scoped, id))
    response.writeHead(204).end()
  }
  await turn(id)
  expect(received.length).toBeLessThanOrEqual(4)
})

test('a replay of more events than may wait is refused and queues nothing', async () => {
  const { id } = await make()
  await happens('run.ask', 'r1')
  await queue()
  await turn(id)
  await db.owner.sql`
    insert into webhook_deliveries (tenant_id, webhook_id, position, event_id, event_type, subject)
    select ${tenantId}, ${id}, 1000000 + n, gen_random_uuid(), 'run.ask', 'run/' || n from generate_series(1, ${mostWaiting}::integer) n`
  await expect(within((scoped) => replaySince(scoped, tenantId, id, { position: 0 }))).rejects.toMatchObject({
    kind: 'resource_exhausted',
    message: expect.stringContaining('from position 1 '),
  })
  expect((await webhook(id)).waitingCount).toBe(mostWaiting)
})

test('jobs of a suspended tenant are held, and none is added; a pause of a clock that was wrong stops nothing', async () => {
  const { id } = await make()
  await happens('run.ask', 'r1')
  await queue()
  await within((scoped) => scoped`update webhooks set due_at = now() - interval '2 minutes'`)
  const turns = async () =>
    (await within((scoped) => scoped<{ turn: number }[]>`select turn from webhooks where id = ${id}`))[0]?.turn
  const before = (await turns()) ?? 0
  await db.owner.sql`update tenants set state = 'suspended' where tenant_id = ${tenantId}`
  await wakeLeftWebhooks(sql)
  expect(await turns()).toBe(before)
  await db.owner.sql`update tenants set state = 'active' where tenant_id = ${tenantId}`
  await within((scoped) => scoped`update webhooks set quiet_until = now() + interval '1 year' where id = ${id}`)
  await wakeLeftWebhooks(sql)
  expect(await turns()).toBe(before + 1)
})

test('a person is erased from responses of receivers and from addresses of redirects', async () => {
  const { id } = await make()
  answer = (_, response) => void response.writeHead(302, { location: `${baseUrl}/of/Grace Hopper` }).end()
  await happens('run.ask', 'r1')
  await queue()
  await turn(id)
  expect((await webhook(id)).lastFailure).toContain('Grace Hopper')
  const person = { id: 'g.hopper', key: undefined, names: ['Grace Hopper'] }
  expect(await inTenant(db.owner.sql, tenantId, (scoped) => eraseFromWebhooks(scoped, tenantId, person))).toBe(2)
  expect((await webhook(id)).lastFailure).not.toContain('Grace')
  expect((await deliveriesOf(id))[0]?.lastFault).not.toContain('Grace')
})

test('settings are checked, and another tenant sees nothing', async () => {
  const { id } = await make()
  const wrong: readonly (readonly [Partial<ReturnType<typeof settings>>, string])[] = [
    [{ url: 'ftp://example.com' }, 'url'],
    [{ url: 'https://ada:secret@example.com/' }, 'url'],
    [{ url: 'https://example.com/#part' }, 'url'],
    [{ url: `https://example.com/${'x'.repeat(2000)}` }, 'url'],
    [{ url: `https://example.com/${'ä'.repeat(1000)}` }, 'url'],
    [{ description: 'x'.repeat(201) }, 'description'],
    [{ eventTypes: ['assay.nothing.like'] }, 'event_types'],
    [{ eventTypes: ['nothing.*'] }, 'event_types'],
  ]
  for (const [change, field] of wrong)
    await expect(
      within((scoped) => updateWebhook(scoped, id, change)),
      JSON.stringify(change).slice(0, 80),
    ).rejects.toMatchObject({ kind: 'invalid_argument', message: expect.stringContaining(`${field}: `) })
  const changed = await within((scoped) => updateWebhook(scoped, id, { eventTypes: ['assay.run.*', 'run.*'] }))
  expect(changed.eventTypes).toEqual(['run.*'])
  const { entries } = await within((scoped) => listEntries(scoped, { kind: 'webhook.update' }, { size: 5 }))
  expect(entries).toHaveLength(1)
  expect(entries[0]?.after).not.toContain('/hook')
  const own = tenantId
  tenantId = await db.tenantId()
  await expect(webhook(id)).rejects.toMatchObject({ kind: 'not_found' })
  await expect(within((scoped) => deleteWebhook(scoped, tenantId, id))).rejects.toMatchObject({ kind: 'not_found' })
  tenantId = own
  await within((scoped) => disableWebhook(scoped, id))
  await within((scoped) => deleteWebhook(scoped, tenantId, id))
  await happens('run.ask', 'r1')
  await sealEntries(sql, tenantId)
  expect(await queueEvents(sql, tenantId)).toBe(0)
})

test('a tenant has at most 50 webhooks', async () => {
  await within(async (scoped) => {
    for (let number = 0; number < mostWebhooks; number++)
      await createWebhook(scoped, tenantId, settings('https://example.com/'))
  })
  await expect(make()).rejects.toMatchObject({ kind: 'resource_exhausted' })
})

test('deliveries that ended a month ago are removed', async () => {
  const { id } = await make()
  await happens('run.ask', 'r1')
  await happens('run.ask', 'r2')
  await queue()
  await turn(id)
  await within(
    (scoped) => scoped`
    update webhook_deliveries set ended_at = now() - interval '31 days' where subject = 'run/r1'`,
  )
  await removeAgedRows(sql, agedDeliveries(30))
  expect((await deliveriesOf(id)).map(({ subject }) => subject)).toEqual(['run/r2'])
})
