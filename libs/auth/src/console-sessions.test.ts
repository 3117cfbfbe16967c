import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { conductorone } from '@assay/dialects'
import { inTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApiClient } from './api-clients.ts'
import { createConsoleSessions, createSignInLink } from './console-sessions.ts'
import { giveAccess } from './people/access-given.ts'
import { createIssuer, findIssuer } from './people/issuers.ts'
import { SealedTexts } from './people/sealing.ts'
import { encryptionKey } from './testing.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db?.drop())

const address = '192.0.2.7'
/** Half of 300 others. A session that waited for all of them would be the 300th; a busy database changes the order a little. */
const beforeHalfOfThem = 150
const madeUp = (index: number) => String(index).padStart(43, 'x')

async function makeLink(): Promise<string> {
  const tenantId = await db.tenantId()
  const { clientId } = await createApiClient(db.owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role: 'admin',
    displayName: 'Ada',
  })
  return await createSignInLink(db.owner.sql, tenantId, clientId)
}

test('strangers with sessions of their own making keep nobody waiting who was found good before', async () => {
  const sessions = createConsoleSessions(db.owner.sql)
  const ours = await sessions.begin(await makeLink(), address)
  // Opens both connections, so that only turns are measured.
  await Promise.all([db.owner.sql`select pg_sleep(0.1)`, db.owner.sql`select pg_sleep(0.1)`])
  const order: string[] = []
  const find = (whose: string, id: string) =>
    sessions.find(id).then(
      () => order.push(whose),
      () => order.push('refused'),
    )
  const strangers = Array.from({ length: 300 }, (_, index) => find('strange', madeUp(index)))
  await Promise.all([...strangers, find('ours', ours)])
  expect(order.indexOf('ours')).toBeGreaterThanOrEqual(0)
  expect(order.indexOf('ours')).toBeLessThan(beforeHalfOfThem)
})

test('of strangers so many wait and no more', async () => {
  const sessions = createConsoleSessions(db.owner.sql)
  const asked = Array.from({ length: 1_500 }, (_, index) =>
    sessions.find(madeUp(index)).catch((error: { kind: string }) => error.kind),
  )
  const kinds = await Promise.all(asked)
  expect(kinds.filter((kind) => kind === 'resource_exhausted').length).toBeGreaterThan(400)
  expect(kinds.filter((kind) => kind === 'unauthenticated').length).toBeGreaterThan(900)
})

test('links that somebody tries keep nobody of another address waiting', async () => {
  const sessions = createConsoleSessions(db.owner.sql)
  const link = await makeLink()
  let tried = 0
  const tries = Array.from({ length: 300 }, (_, index) =>
    sessions.begin(madeUp(index), '198.51.100.9').catch(() => void tried++),
  )
  await sessions.begin(link, address)
  expect(tried).toBeLessThan(beforeHalfOfThem)
  await Promise.all(tries)
  expect(tried).toBe(300)
})

test('a session that ends while it is looked up has ended', async () => {
  const sessions = createConsoleSessions(db.owner.sql)
  const ours = await sessions.begin(await makeLink(), address)
  await Promise.allSettled([sessions.find(ours), sessions.end(ours), sessions.find(ours)])
  await expect(sessions.find(ours)).rejects.toMatchObject({ kind: 'unauthenticated', reason: 'SESSION_ENDED' })
})

/** An issuer of a separate tenant, whose group 7 has access. */
async function issuerOfPeople() {
  const { sql } = db.owner
  const tenantId = await db.tenantId()
  const sealed = new SealedTexts(sql, { encryptionKey })
  await sealed.publish()
  const { id } = await inTenant(sql, tenantId, async (tenantSql) => {
    const made = await createIssuer(tenantSql, tenantId, {
      displayName: 'Acme',
      issuer: `https://login-${tenantId}.example.com`,
      clientId: 'assay',
      clientSecret: 'hush',
      scopes: [],
      groupsClaim: 'groups',
      identityClaim: undefined,
      identityBy: 'id',
      contact: '',
    })
    const given = { issuerId: made.id, kind: 'group', value: 'group 7 of the organisation', role: 'auditor' } as const
    await giveAccess(tenantSql, tenantId, given, { put: async () => undefined, described: undefined })
    return made
  })
  const issuer = await findIssuer(sql, id)
  if (issuer === undefined) throw new Error('the issuer is gone')
  const accessData = { identityNamedBy: async () => undefined, combineReaderScopes: async () => undefined }
  return { tenantId, issuer, sealed, accessData }
}

const personOf = (subject: string, groups: readonly string[] = ['group 7 of the organisation']) => ({
  subject,
  name: `Person ${subject}`,
  mail: undefined,
  identity: undefined,
  groups,
})

test('a session is asked about in its turn and not taken before, and whoever is erased meanwhile does not come back', async () => {
  const { sql } = db.owner
  const { tenantId, issuer, sealed, accessData } = await issuerOfPeople()
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  const asked: string[] = []
  const reread = async (_: unknown, __: unknown, subject: string) => {
    asked.push(subject)
    await answered
    return { person: personOf(subject), refreshToken: 'next', idToken: undefined }
  }
  const sessions = createConsoleSessions(sql, { sealed, accessData, issuers: { reread } })
  const ids: string[] = []
  for (let index = 0; index < 10; index++)
    ids.push(
      await sessions.beginForPerson(issuer, {
        person: personOf(`${index}`),
        refreshToken: 'first',
        idToken: undefined,
      }),
    )
  await sql`update console_sessions set read_at = now() - interval '16 minutes' where tenant_id = ${tenantId}`
  const finding = Promise.allSettled(ids.map((id) => sessions.find(id)))
  await expect.poll(() => asked.length).toBe(8)
  // Two sessions wait for their turn. Another process may ask the issuer about them, but not about the eight that run.
  await new Promise((passed) => setTimeout(passed, 200))
  const [row] = await sql<{ taken: number }[]>`
    select count(*)::integer as taken from console_sessions where tenant_id = ${tenantId} and reading_until > now()`
  expect(row?.taken).toBe(8)
  await sql`delete from console_people where tenant_id = ${tenantId} and subject = ${asked[0] ?? ''}`
  answer()
  const found = await finding
  expect(found.filter(({ status }) => status === 'fulfilled')).toHaveLength(9)
  expect(asked).toHaveLength(10)
  expect(
    await sql`select from console_people where tenant_id = ${tenantId} and subject = ${asked[0] ?? ''}`,
  ).toHaveLength(0)
})

test('a thousand sessions of people cost less than 50 MB, in memory and in the database together', async () => {
  const { sql } = db.owner
  const { issuer, sealed, accessData } = await issuerOfPeople()
  const sessions = createConsoleSessions(sql, {
    sealed,
    accessData,
    issuers: { reread: async () => 'refused' },
  })
  const groups = Array.from({ length: 200 }, (_, index) => `group ${index} of the organisation`)
  const token = (length: number) => 'x'.repeat(length)
  const before = { heap: heapBytes(), rows: await rowBytes() }
  const ids: string[] = []
  const begin = (index: number) => {
    const person = personOf(`person ${index}`, groups)
    return sessions.beginForPerson(issuer, { person, refreshToken: token(1_500), idToken: token(2_500) })
  }
  for (let at = 0; at < 1_000; at += 20)
    ids.push(...(await Promise.all(Array.from({ length: 20 }, (_, index) => begin(at + index)))))
  const found = await Promise.all(ids.map((one) => sessions.find(one)))
  expect(found.every(({ principal }) => principal.role === 'auditor')).toBe(true)
  const cost = { heap: heapBytes() - before.heap, rows: (await rowBytes()) - before.rows }
  console.info(`1,000 sessions: ${JSON.stringify(cost)} bytes`)
  expect(cost.heap + cost.rows).toBeLessThan(50_000_000)
})

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

async function rowBytes(): Promise<number> {
  const [row] = await db.owner.sql<{ bytes: number }[]>`
    select (pg_total_relation_size('console_sessions') + pg_total_relation_size('console_people'))::integer as bytes`
  return row?.bytes ?? 0
}
