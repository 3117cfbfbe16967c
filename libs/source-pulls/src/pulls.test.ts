import { mkdtempSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareQueues } from '@assay/jobs'
import { attemptOnce, oneAttempt } from '@assay/jobs/testing'
import { parseNetworks } from '@assay/outbound'
import { startServer, type TestServer } from '@assay/outbound/testing'
import {
  compositionWork,
  createLoad,
  createSource,
  deleteSource,
  getLoad,
  getSource,
  loadWork,
  sourceQueues,
  updateSource,
} from '@assay/source-loads'
import { inTenant, type TenantSql, tenantName } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { pullWork } from './pull-work.ts'
import { endPull, getPull, pullNow, setPull } from './pulls.ts'
import { pullQueues } from './queue.ts'

const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, [...sourceQueues, ...pullQueues])
const { sql } = db.database
const temporaryDirectory = mkdtempSync(join(tmpdir(), 'assay-pulls-'))
const secretsDirectory = mkdtempSync(join(tmpdir(), 'assay-pull-secrets-'))
const tools = { sql, temporaryDirectory, secretsDirectory, networks: parseNetworks('127.0.0.1') }
const pulling = pullWork(tools)

/** The resources of the server by path; a number is the status of an answer without resources. */
let answers: Readonly<Record<string, readonly object[] | number>> = {}
/** The server's answers to requests for changes; undefined: it has no filters. */
let changed: typeof answers | undefined
let server: TestServer
let tenantId = 0

beforeAll(async () => {
  server = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server')
    if (changed !== undefined && pathname === '/ServiceProviderConfig') {
      response.writeHead(200, { 'content-type': 'application/scim+json' })
      response.end(JSON.stringify({ filter: { supported: true, maxResults: 200 } }))
      return
    }
    const answer = (searchParams.has('filter') ? changed : answers)?.[pathname] ?? 404
    const isKnown = request.headers.authorization === 'Bearer hush'
    const status = !isKnown ? 401 : typeof answer === 'number' ? answer : 200
    response.writeHead(status, { 'content-type': 'application/scim+json', 'retry-after': '3600' })
    response.end(JSON.stringify(typeof answer === 'number' ? {} : { totalResults: answer.length, Resources: answer }))
  })
})

afterAll(async () => {
  await server.close()
  await db.drop()
})

const tenant = <T>(work: (scoped: TenantSql) => Promise<T>): Promise<T> => inTenant(sql, tenantId, work)

beforeEach(async () => {
  tenantId = await db.tenantId()
  const secret = { tenant: await tenant(tenantName), host: server.url.host, bearer: 'hush' }
  writeFileSync(join(secretsDirectory, 'idp.json'), JSON.stringify(secret))
  await tenant((scoped) => createSource(scoped, tenantId, 'idp', {}, 'tester'))
  changed = undefined
  answers = { '/Users': people('ana', 'bo', 'cy'), '/Groups': [group('crm', 'ana', 'bo')] }
})

const people = (...names: string[]) => names.map((name) => ({ id: name, userName: name, displayName: name }))
const group = (id: string, ...members: string[]) => ({
  id,
  displayName: id,
  members: members.map((value) => ({ value })),
})

const set = (change: Partial<Parameters<typeof setPull>[3]> = {}) =>
  tenant((scoped) =>
    setPull(
      scoped,
      tenantId,
      'idp',
      { address: server.url.href, secret: 'idp', intervalMinutes: 60, ...change },
      'ana',
    ),
  )

/** The waiting jobs of the pull: their turns, and the minutes until they are due. */
const waiting = () =>
  tenant(
    (scoped) => scoped<{ turn: number; minutes: number }[]>`
      select (data ->> 'turn')::integer as turn, round(extract(epoch from start_after - now()) / 60)::integer as minutes
      from pgboss.job where name = 'source-pull' and state = 'created' and data ->> 'tenantId' = ${String(tenantId)}
      order by turn`,
  )

async function pull(turn?: number) {
  const jobs = await waiting()
  const [row] = await tenant(
    (scoped) => scoped<{ sourceId: number; turn: number }[]>`select source_id as "sourceId", turn from source_pulls`,
  )
  await attemptOnce(pulling, { tenantId, sourceId: row?.sourceId ?? 0, turn: turn ?? row?.turn ?? 0 })
  expect(await readdir(temporaryDirectory)).toEqual([])
  return { before: jobs, after: await tenant((scoped) => getPull(scoped, 'idp')) }
}

type Guard = NonNullable<Parameters<typeof loadWork>[0]['guard']>

async function settle(loadId: string | undefined, guard?: Guard) {
  const working = { sql, temporaryDirectory, ...(guard && { guard }) }
  await attemptOnce(loadWork(working), { tenantId, loadId: loadId ?? '' })
  const composing = compositionWork({ ...working, participants: [], analyse: async () => {}, onComposed: () => {} })
  await attemptOnce(composing, { tenantId })
  return getLoad(sql, tenantId, loadId ?? '')
}

const peopleInForce = () =>
  tenant(async (scoped) => {
    const rows = await scoped<{ id: string }[]>`select id from identities where status <> 'deleted' order by id`
    return rows.map(({ id }) => id)
  })

test('a pull loads what the server holds, and the next one is due after the interval', async () => {
  expect(await set()).toMatchObject({ source: 'idp', outcome: 'none', intervalMinutes: 60, setBy: 'ana' })
  const { before, after } = await pull()
  expect(before).toEqual([{ turn: 1, minutes: 0 }])
  expect(after).toMatchObject({ outcome: 'loaded', message: '', loadId: expect.any(String) })
  expect(await waiting()).toContainEqual({ turn: 2, minutes: 60 })
  expect(await settle(after.loadId)).toMatchObject({
    state: 'committed',
    createdBy: 'pull',
    counts: { people: 3, grants: 2 },
  })
  expect(await peopleInForce()).toEqual(['ana', 'bo', 'cy'])
  answers = { ...answers, '/Users': people('ana', 'bo', 'dee') }
  const next = await pull()
  await settle(next.after.loadId)
  expect(await peopleInForce()).toEqual(['ana', 'bo', 'dee'])
})

const grantsInForce = () =>
  tenant(async (scoped) => {
    const rows = await scoped<{ text: string }[]>`
      select i.id || ' ' || e.id as text from grants g join identities i on i.key = g.identity_key
      join entitlements e on e.key = g.entitlement_key
      where g.import_id = (select import_id from snapshots) order by 1`
    return rows.map(({ text }) => text)
  })

test('between full pulls what has changed is added, and what is gone is found by the next full one', async () => {
  changed = { '/Users': [], '/Groups': [] }
  await set({ fullIntervalMinutes: 1440 })
  const full = (await pull()).after
  expect(full).toMatchObject({ fullIntervalMinutes: 1440, fullAt: expect.any(Date) })
  await settle(full.loadId)
  // Nothing has changed.
  const none = (await pull()).after
  expect(none).toMatchObject({ outcome: 'loaded', loadId: full.loadId })
  // Cy is deleted on the server; Dee is new, and Bo has another name.
  answers = { '/Users': people('ana', 'bo', 'dee'), '/Groups': [group('crm', 'ana', 'dee')] }
  changed = { '/Users': [...people('dee'), { id: 'bo', userName: 'bo', displayName: 'Bodo' }], '/Groups': [] }
  const part = (await pull()).after
  expect(await settle(part.loadId)).toMatchObject({
    state: 'committed',
    errorMessage: '',
    kind: 'changes',
    baseLoadId: full.loadId,
    counts: { people: 4, grants: 2 },
  })
  expect(await peopleInForce()).toEqual(['ana', 'bo', 'cy', 'dee'])
  changed = { '/Users': [], '/Groups': [group('crm', 'ana', 'dee')] }
  await settle((await pull()).after.loadId)
  expect(await grantsInForce()).toEqual(['ana crm', 'bo crm', 'dee crm'])
  const asked = server.requests.length
  await tenant((scoped) => scoped`update source_pulls set full_at = now() - interval '1 day'`)
  const next = (await pull()).after
  expect(server.requests.length).toBeGreaterThan(asked)
  expect(await settle(next.loadId)).toMatchObject({ kind: 'whole', state: 'committed' })
  expect(await peopleInForce()).toEqual(['ana', 'bo', 'dee'])
  expect(await grantsInForce()).toEqual(['ana crm', 'dee crm'])
})

test('a part by hand is added to what is there, and the pulls at the interval go on from where they were', async () => {
  const askFor = (part: Parameters<typeof pullNow>[3]) => tenant((scoped) => pullNow(scoped, tenantId, 'idp', part))
  const readUntil = async () => (await tenant((scoped) => scoped`select read_until, full_at from source_pulls`))[0]
  changed = { '/Users': people('dee'), '/Groups': [] }
  await set({ fullIntervalMinutes: 1440 })
  // The first pull, a full one, is due and has not begun.
  await askFor({ kinds: ['groups'] })
  const full = (await pull()).after
  expect(await settle(full.loadId)).toMatchObject({ kind: 'whole', state: 'committed' })
  const before = await readUntil()

  answers = { '/Users': people('zed'), '/Groups': [group('crm', 'ana', 'cy')] }
  const asked = server.requests.length
  await askFor({ kinds: ['groups'] })
  const groups = (await pull()).after
  expect(server.requests.slice(asked).some(({ url }) => url.startsWith('/Users'))).toBe(false)
  expect(await settle(groups.loadId)).toMatchObject({ kind: 'changes', state: 'committed', baseLoadId: full.loadId })
  expect(await peopleInForce()).toEqual(['ana', 'bo', 'cy'])
  expect(await grantsInForce()).toEqual(['ana crm', 'bo crm', 'cy crm'])

  await askFor({ since: new Date('2026-01-01') })
  await settle((await pull()).after.loadId)
  expect(await peopleInForce()).toEqual(['ana', 'bo', 'cy', 'dee'])
  expect(await readUntil()).toEqual(before)

  await askFor({ kinds: ['roles'] })
  expect((await pull()).after).toMatchObject({ outcome: 'failed', message: expect.stringMatching(/has no roles$/) })
  await tenant((scoped) => updateSource(scoped, tenantId, 'idp', { readyMap: 'okta' }))
  await askFor({ kinds: ['users', 'users'] })
  expect((await pull()).after).toMatchObject({ outcome: 'failed', message: expect.stringMatching(/pull everything/) })
  // A part is requested only once.
  expect(await tenant((scoped) => scoped`select from source_pulls where asked_kinds is not null`)).toHaveLength(0)
})

test('a user who joins a group has not the membership of the group that has the same id', async () => {
  const of = (id: string, ...members: object[]) => ({ id, displayName: `group ${id}`, members })
  const member = (type: string) => ({ value: '2', type })
  changed = { '/Users': [], '/Groups': [of('5', member('User'))] }
  answers = { '/Users': people('1', '2'), '/Groups': [of('2', { value: '1' }), of('5', member('Group'))] }
  await set({ fullIntervalMinutes: 1440 })
  const held = async () => {
    const { loadId = '' } = (await pull()).after
    await settle(loadId)
    const rows = await tenant(
      (scoped) => scoped`select form from source_grants where load_id = ${Number(loadId)} and holder = '2'`,
    )
    return rows.length
  }
  expect(await held()).toBe(1)
  expect(await held()).toBe(2)
})

test('a pull whose server is replaced while it runs leaves nothing of what it has read', async () => {
  await set({ fullIntervalMinutes: 1440 })
  const [row] = await tenant(
    (scoped) => scoped<{ sourceId: number; turn: number }[]>`select source_id as "sourceId", turn from source_pulls`,
  )
  const task = await pulling.takeUp({ tenantId, sourceId: row?.sourceId ?? 0, turn: row?.turn ?? 0 })
  if (task === undefined) throw new Error('there is no pull')
  await set({ fullIntervalMinutes: 1440 })
  await pulling.run(task, oneAttempt())
  const found = () => tenant((scoped) => scoped`select read_until, full_at, outcome from source_pulls`)
  expect(await found()).toEqual([{ read_until: null, full_at: null, outcome: 'loaded' }])
})

test('a source with a map of its own, or another ready map, is pulled whole each time', async () => {
  changed = { '/Users': [], '/Groups': [] }
  await set({ fullIntervalMinutes: 1440 })
  await settle((await pull()).after.loadId)
  const sinceOf = async () => {
    const [row] = await tenant(
      (scoped) => scoped<{ sourceId: number; turn: number }[]>`select source_id as "sourceId", turn from source_pulls`,
    )
    return (await pulling.takeUp({ tenantId, sourceId: row?.sourceId ?? 0, turn: row?.turn ?? 0 }))?.since
  }
  expect(await sinceOf()).toEqual(expect.any(Date))
  await tenant((scoped) => updateSource(scoped, tenantId, 'idp', { readyMap: 'scim' }))
  expect(await sinceOf()).toEqual(expect.any(Date))
  await tenant((scoped) => updateSource(scoped, tenantId, 'idp', { readyMap: 'okta' }))
  expect(await sinceOf()).toBeUndefined()
  await tenant((scoped) => updateSource(scoped, tenantId, 'idp', { readyMap: '' }))
  await tenant(
    (scoped) => scoped`
      insert into source_maps (tenant_id, source_id, version, content, created_by)
      select ${tenantId}, id, 1, '', 'tester' from sources where name = 'idp'`,
  )
  expect(await sinceOf()).toBeUndefined()
})

test('a load of somebody else, or one that failed, makes the next pull a full one', async () => {
  changed = { '/Users': people('dee'), '/Groups': [] }
  await set({ fullIntervalMinutes: 1440 })
  await settle((await pull()).after.loadId)
  const failing: Guard = { ofLoad: () => Promise.reject(new Error('killed')), ofComposition: () => undefined }
  const part = (await pull()).after
  await expect(settle(part.loadId, failing)).rejects.toThrow('killed')
  await tenant((scoped) => scoped`update source_loads set state = 'failed' where id = ${Number(part.loadId)}`)
  const { after } = await pull()
  expect(await settle(after.loadId)).toMatchObject({ kind: 'whole', state: 'committed' })
  expect(await peopleInForce()).toEqual(['ana', 'bo', 'cy'])
})

test('a server that answers with half of its people changes nothing and is told; the next pull follows', async () => {
  await set()
  await settle((await pull()).after.loadId)
  answers = { '/Users': 500 }
  const { networks, ...others } = tools
  const { after } = await pull()
  expect(after).toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(/asks to wait 3600 s, and at most 300 s are waited/),
  })
  expect(await waiting()).toContainEqual({ turn: 3, minutes: 60 })
  expect(await peopleInForce()).toEqual(['ana', 'bo', 'cy'])
  const [{ count = 0 } = {}] = await tenant(
    (scoped) => scoped<{ count: number }[]>`select count(*)::integer as count from source_loads`,
  )
  expect(count).toBe(1)
  await tenant((scoped) => pullNow(scoped, tenantId, 'idp'))
  const [row] = await tenant(
    (scoped) => scoped<{ sourceId: number; turn: number }[]>`select source_id as "sourceId", turn from source_pulls`,
  )
  await attemptOnce(pullWork({ ...others, networks: [] }), {
    tenantId,
    sourceId: row?.sourceId ?? 0,
    turn: row?.turn ?? 0,
  })
  expect((await tenant((scoped) => getPull(scoped, 'idp'))).message).toMatch(/no address of the internet \(loopback\)/)
})

test('a load of a pull that waits for a confirmation is replaced by the next pull; one of somebody else holds it up', async () => {
  const removals = { before: 3, removed: 3 }
  const guard: Guard = {
    ofLoad: async () => ({ people: removals, grants: removals, links: removals }),
    ofComposition: () => undefined,
  }
  await set()
  await settle((await pull()).after.loadId)
  answers = { '/Users': people('zed') }
  const second = (await pull()).after.loadId
  expect(await settle(second, guard)).toMatchObject({ state: 'awaiting_confirmation' })
  const third = (await pull()).after
  expect(third).toMatchObject({ outcome: 'loaded' })
  expect(await getLoad(sql, tenantId, second ?? '')).toMatchObject({ state: 'aborted' })
  const fourth = (await pull()).after
  expect(fourth).toMatchObject({
    outcome: 'held_up',
    message: expect.stringMatching(/^Load "\d+" of the source is still reading/),
  })
  expect(await waiting()).toContainEqual(expect.objectContaining({ minutes: 15 }))
  await settle(third.loadId)
  const other = await tenant((scoped) =>
    createLoad(scoped, tenantId, 'idp', { createdBy: 'ana', skipInvalid: false, reading: {} }),
  )
  expect((await pull()).after).toMatchObject({ outcome: 'held_up', message: expect.stringContaining(`"${other.id}"`) })
  // A load that was left open for a day is aborted.
  await db.owner
    .sql`update source_loads set created_at = created_at - interval '25 hours' where id = ${Number(other.id)}`
  expect((await pull()).after).toMatchObject({ outcome: 'loaded' })
  expect(await getLoad(sql, tenantId, other.id)).toMatchObject({ state: 'aborted' })
})

test('an attempt that died leaves an open load, which the next attempt replaces', async () => {
  await set()
  const left = await tenant(async (scoped) => {
    const load = await createLoad(scoped, tenantId, 'idp', { createdBy: 'pull', skipInvalid: false, reading: {} })
    await scoped`update source_pulls set load_id = ${Number(load.id)}`
    return load
  })
  expect((await pull()).after).toMatchObject({ outcome: 'loaded' })
  expect(await getLoad(sql, tenantId, left.id)).toMatchObject({ state: 'aborted' })
})

test('a pull that is cancelled leaves no open load, so that people can load, and the next one is due', async () => {
  await set()
  const open = (createdBy: string) =>
    tenant((scoped) => createLoad(scoped, tenantId, 'idp', { createdBy, skipInvalid: false, reading: {} }))
  const left = await open('pull')
  await tenant((scoped) => scoped`update source_pulls set load_id = ${Number(left.id)}`)
  const [row] = await tenant(
    (scoped) => scoped<{ sourceId: number; turn: number }[]>`select source_id as "sourceId", turn from source_pulls`,
  )
  const payload = { tenantId, sourceId: row?.sourceId ?? 0, turn: row?.turn ?? 0 }
  await attemptOnce(pulling, payload, undefined, AbortSignal.abort())
  expect(await tenant((scoped) => getPull(scoped, 'idp'))).toMatchObject({
    outcome: 'failed',
    message: 'The pull was cancelled.',
  })
  expect(await getLoad(sql, tenantId, left.id)).toMatchObject({ state: 'aborted' })
  expect((await waiting()).at(-1)).toEqual({ turn: payload.turn + 1, minutes: 60 })
  expect(await open('ana')).toMatchObject({ state: 'open' })
})

test('asking for a pull now makes the job of the schedule one that has nothing to do', async () => {
  await set()
  await pull()
  expect(await tenant((scoped) => pullNow(scoped, tenantId, 'idp'))).toMatchObject({ outcome: 'loaded' })
  const asked = server.requests.length
  await pull(2)
  expect(server.requests).toHaveLength(asked)
  expect((await waiting()).filter(({ minutes }) => minutes === 0).at(-1)).toEqual({ turn: 3, minutes: 0 })
})

test('a secret of another tenant, or for another host, is refused in words of the tenant', async () => {
  writeFileSync(
    join(secretsDirectory, 'idp.json'),
    JSON.stringify({ tenant: 'another', host: server.url.host, bearer: 'hush' }),
  )
  await set()
  const asked = server.requests.length
  expect((await pull()).after).toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(/^There is no secret "idp" of the tenant/),
  })
  expect(server.requests).toHaveLength(asked)
  expect(await waiting()).toContainEqual({ turn: 2, minutes: 60 })
})

test('a pull that is ended, or whose source is deleted, pulls no more', async () => {
  await set()
  await tenant((scoped) => endPull(scoped, 'idp'))
  await tenant((scoped) => endPull(scoped, 'idp'))
  expect(await waiting()).toEqual([])
  await expect(tenant((scoped) => getPull(scoped, 'idp'))).rejects.toThrow(
    'The source "idp" is not pulled from a server',
  )
  await set()
  const { newestLoad } = await tenant((scoped) => getSource(scoped, 'idp'))
  expect(newestLoad).toBeUndefined()
  const [row] = await tenant(
    (scoped) => scoped<{ id: number; turn: number }[]>`select source_id as id, turn from source_pulls`,
  )
  await tenant((scoped) => deleteSource(scoped, tenantId, 'idp', { confirm: true }))
  const asked = server.requests.length
  await attemptOnce(pulling, { tenantId, sourceId: row?.id ?? 0, turn: row?.turn ?? 0 })
  expect(server.requests).toHaveLength(asked)
})

test.each<[Partial<Parameters<typeof setPull>[3]>, RegExp]>([
  [{ address: 'ftp://idp.example.com' }, /is not an address of a SCIM server; give one such as https/],
  [{ address: 'https://ana:hush@idp.example.com' }, /holds no user and password/],
  [{ address: 'https://idp.example.com/scim?x=1' }, /has a query/],
  [{ address: `https://idp.example.com/${'x'.repeat(3000)}` }, /is longer than 2048 characters/],
  [{ secret: '../idp' }, /is not a name of a secret/],
  [{ intervalMinutes: 5 }, /is 5; give 15 minutes to 10080/],
  [{ intervalMinutes: 20_000 }, /is 20000; give 15 minutes/],
  [{ intervalMinutes: -1 }, /is -1; give 15 minutes/],
  [{ fullIntervalMinutes: 2_000 }, /is 2000; give 1 minute to 1440/],
])('the settings %j are refused', async (change, message) => {
  await expect(set(change)).rejects.toMatchObject({ violations: [{ description: expect.stringMatching(message) }] })
})
