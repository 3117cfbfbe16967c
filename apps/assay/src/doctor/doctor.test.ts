import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ServerFacts, serverFacts } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { expect, test } from 'vitest'
import { prepareDatabase } from '../prepare-database.ts'
import { checkDatabase, checkServer } from './database-checks.ts'
import { checkCertificate, checkDisk, checkGateway, checkNode } from './machine-checks.ts'

const now = new Date('2026-11-29T12:00:00Z')
const sound: ServerFacts = {
  version: '18.4',
  now,
  connections: 25,
  maxConnections: 100,
  reservedConnections: 3,
  databaseConnectionLimit: undefined,
  sessions: [],
  lockRoom: 6_400,
  grantPartitions: 40,
  databaseBytes: 23e6,
  isDurable: true,
  oldestTransactionSeconds: 0,
  transactionsLeft: 2e9,
}
const levels = (facts: Partial<ServerFacts>) =>
  checkServer({ ...sound, ...facts }, now.getTime()).flatMap(({ level, about }) =>
    level === 'ok' ? [] : [[level, about]],
  )

test('a server that is sound has no warning; clocks, connections, durability and old transactions are told', () => {
  expect(levels({})).toEqual([])
  expect(levels({ now: new Date(now.getTime() + 5_000) })).toEqual([['warning', 'clock']])
  expect(levels({ now: new Date(now.getTime() - 60_000) })).toEqual([['fault', 'clock']])
  expect(levels({ connections: 81, isDurable: false, oldestTransactionSeconds: 7_200, transactionsLeft: 1e6 })).toEqual(
    [
      ['warning', 'connections'],
      ['fault', 'durability'],
      ['warning', 'transactions'],
      ['fault', 'transactions'],
    ],
  )
})

test('connections are added up by process, and held against the limits of server, database and login', () => {
  const session = (application: string, connections: number, loginLimit?: number) => ({
    login: 'assay_one',
    application,
    connections,
    loginLimit,
  })
  const two = [session('assay-mining', 11), session('assay-mining-changes', 2), session('assay-gateway', 2)]
  const found = (facts: Partial<ServerFacts>, variables = {}) =>
    checkServer({ ...sound, connections: 15, sessions: two, ...facts }, now.getTime(), variables)
      .filter(({ about }) => about === 'connections')
      .map(({ level, says, remedy = '' }) => `${level} ${says}; ${remedy.split(',')[0]}`)
  const seen = '1 gateway, 2 mining (at least) have 15 and may open 32'
  expect(found({})).toEqual([`ok 15 of 97 are taken; ${seen}; `])
  expect(found({ connections: 15, maxConnections: 30 })).toEqual([
    `warning 15 of 27 are taken; ${seen}, which is more than there are; raise max_connections to 50`,
  ])
  expect(found({ databaseConnectionLimit: 20 })[1]).toBe(
    'warning the database takes 20, and these processes may open 32; give it a connection limit of 32',
  )
  expect(found({ sessions: two.map((one) => ({ ...one, loginLimit: 31 })) })[1]).toBe(
    'warning the login "assay_one" may have 31, and its processes may open 32; give it a connection limit of 32',
  )
  expect(levels({ grantPartitions: 640 })).toEqual([])
  expect(
    checkServer({ ...sound, grantPartitions: 1_000 }, now.getTime()).find(({ about }) => about === 'locks'),
  ).toMatchObject({
    level: 'warning',
    remedy: 'set max_locks_per_transaction = 256 and restart PostgreSQL (docs/scaling.md)',
  })
  expect(found({}, { ASSAY_DATABASE_CONNECTIONS: '40' })[0]).toContain('have 15 and may open 127')
})

test('a database of this version is sound, one without its grants is not, and an empty one lacks its schema', async () => {
  const db = await createTestDatabase()
  const empty = await createTestDatabase({ migrated: false })
  try {
    await prepareDatabase(db.ownerUrl)
    const about = async (of: typeof db) =>
      (await checkDatabase(of.ownerUrl, of.owner.sql, true)).filter(
        ({ level, about }) => level === 'fault' && about !== 'durability',
      )
    expect(await about(db)).toEqual([])
    // An owner is rarely a superuser, but must count the sessions of other roles too.
    const { all } = (
      await db.owner.sql<{ all: number }[]>`
      select count(*)::integer as all from pg_stat_activity where usename = current_user and backend_type = 'client backend'`
    )[0]!
    const facts = await serverFacts(db.database.sql)
    expect(facts.connections).toBeGreaterThan(all)
    // Each session has its login.
    expect(facts.sessions.map(({ login }) => login)).toContain(new URL(db.ownerUrl).username)
    // Rows that are older than the retention time are reported by table.
    const tenantId = await db.tenantId()
    await db.owner.sql`
      insert into finished_tasks (tenant_id, kind, launched_by, outcome, created_at)
      select ${tenantId}, 'drift.measure', 'E1', '{}', now() - make_interval(days => age) from unnest(array[10, 31, 33]) age`
    const housekeeping = async (environment: NodeJS.ProcessEnv) =>
      (await checkDatabase(db.ownerUrl, db.owner.sql, true, environment)).filter(
        ({ about }) => about === 'housekeeping',
      )
    expect(await housekeeping({})).toMatchObject([
      { level: 'warning', says: 'finished_tasks has 1 rows older than 30 days' },
    ])
    expect(await housekeeping({ ASSAY_RETENTION_TASK_OUTCOMES_DAYS: '60' })).toMatchObject([{ level: 'ok' }])
    // Rows of a tenant that is being deleted are removed with it.
    await db.owner
      .sql`update tenants set state = 'deleting', delete_after = now() + interval '7 days' where tenant_id = ${tenantId}`
    expect(await housekeeping({})).toMatchObject([{ level: 'ok' }])
    await db.owner.sql`revoke select on assay.grants from assay_mining`
    expect(await about(db)).toMatchObject([{ about: 'rights', remedy: 'run "assay migrate"' }])
    expect(await about(empty)).toMatchObject([{ about: 'schema', remedy: 'run "assay migrate"' }])
  } finally {
    await Promise.all([db.drop(), empty.drop()])
  }
})

test('what cannot be looked at, and what does not answer, is told with its remedy', async () => {
  expect(checkNode('22.1.0')).toMatchObject({ level: 'fault', remedy: 'run Assay with Node 24 or newer' })
  expect(await checkDisk('disk', '/nowhere/at/all')).toMatchObject({
    level: 'fault',
    says: '/nowhere/at/all cannot be looked at (ENOENT)',
  })
  expect(await checkCertificate('/nowhere/cert.pem')).toMatchObject([{ level: 'fault' }])
  expect(await checkCertificate(undefined)).toEqual([])
  expect(await checkGateway('http://127.0.0.1:1', undefined)).toMatchObject([{ level: 'fault', about: 'gateway' }])
})

test('a gateway is told as it says that it is, also behind a path, and what is none is no gateway', async () => {
  let body = ''
  let isSilent = false
  const paths: (string | undefined)[] = []
  const server = createServer(({ url }, response) => {
    paths.push(url)
    if (!isSilent) response.end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/assay/`
  const found = async (said: unknown) => {
    body = JSON.stringify(said)
    return (await checkGateway(baseUrl, undefined)).map(({ level, says }) => `${level} ${says}`)
  }
  try {
    expect(await found({ status: 'ready', dependencies: { database: 'ok' } })).toEqual([
      `ok ${baseUrl} and what is behind it answer`,
    ])
    expect(await found({ status: 'draining', dependencies: {} })).toEqual([
      `fault ${baseUrl} says that it is "draining"`,
    ])
    expect(await found({ status: 'degraded', dependencies: { mining: 'unavailable' } })).toEqual([
      'fault mining is away: it does not answer',
    ])
    const late = {
      status: 'ready',
      dependencies: { database: 'late' },
      remarks: { database: 'it did not answer within 2 s' },
    }
    expect(await found(late)).toEqual(['warning database answers late: it did not answer within 2 s'])
    for (const other of [{}, null, 'hello']) expect((await found(other))[0]).toContain('nothing that answers as Assay')
    expect(new Set(paths)).toEqual(new Set(['/assay/readyz']))
    isSilent = true
    expect(await checkGateway(baseUrl, undefined, 50)).toMatchObject([
      { level: 'fault', says: expect.stringContaining('no answer within 0.05 s') },
    ])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
