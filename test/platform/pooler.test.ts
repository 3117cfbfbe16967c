import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createApiClient } from '@assay/auth'
import { encryptionKeyHex } from '@assay/auth/testing'
import { conductorone } from '@assay/dialects'
import { generateOrganisation } from '@assay/sample-org'
import { unusedPorts } from '@assay/server'
import { ensureLogins, inTenant, openDatabase, type ServiceLogin, type ServiceName, serviceNames } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { prepareDatabase } from '../../apps/assay/src/prepare-database.ts'
import { type Pgbouncer, pgbouncerProgram, startPgbouncer } from './pgbouncer.ts'
import { importFiles, rest } from './platform.ts'
import { filesOf } from './sample.ts'

/** PgBouncer in transaction mode: each transaction may have another connection to the server. */
const pooled = test.skipIf(pgbouncerProgram === undefined)
if (pgbouncerProgram === undefined) console.warn('There is no pgbouncer here: the tests of poolers are skipped')

let db: TestDatabase
let pooler: Pgbouncer
const children: ChildProcess[] = []
const logins = {} as Record<ServiceName, ServiceLogin>

beforeAll(async () => {
  if (pgbouncerProgram === undefined) return
  db = await createTestDatabase()
  await prepareDatabase(db.ownerUrl)
  const prefix = new URL(db.ownerUrl).pathname.slice(1)
  for (const service of serviceNames) {
    const name = `${prefix}_${service.replaceAll('-', '_')}`
    logins[service] = { name, password: `password-of-${service}`, services: [service] }
    await ensureLogins(db.owner.sql, [logins[service]])
  }
  pooler = await startPgbouncer({ serverUrl: db.ownerUrl, logins: Object.values(logins), poolSize: 3 })
})
afterAll(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  await pooler?.stop()
  await db?.drop()
})

pooled(
  'transactions of many tenants on a few connections see their own rows, and none outside of a transaction',
  async () => {
    const tenants = await Promise.all(Array.from({ length: 8 }, () => db.tenantId()))
    const url = pooler.url(logins.mining)
    const { sql, close } = openDatabase({
      url,
      prepares: false,
      service: 'mining',
      applicationName: 'test',
      maxConnections: 12,
    })
    const seen = await Promise.all(
      Array.from({ length: 400 }, async (_, turn) => {
        const tenant = tenants[turn % tenants.length] as number
        if (turn % 5 === 0) {
          const [outside] = await sql<{ count: number }[]>`select count(*) as count from tenants where ${turn} >= 0`
          return [0, outside?.count]
        }
        const rows = await inTenant(
          sql,
          tenant,
          async (scoped) => {
            await scoped`select pg_sleep(0.001)`
            return scoped<{ id: number; pid: number }[]>`select tenant_id as id from tenants where ${turn} >= 0`
          },
          { keepsPlans: turn % 2 === 0 },
        )
        return [[tenant], rows.map(({ id }) => id)]
      }),
    )
    await close()
    for (const [expected, found] of seen) expect(found).toEqual(expected)
  },
)

pooled('a pooler that logs in as somebody else than the service is refused', async () => {
  const owner = new URL(db.ownerUrl)
  const asOwner = await startPgbouncer({
    serverUrl: db.ownerUrl,
    logins: [logins.mining],
    poolSize: 1,
    worksAs: { name: owner.username, password: owner.password },
  })
  const url = asOwner.url(logins.mining)
  const { sql, close } = openDatabase({ url, prepares: false, service: 'mining', applicationName: 'test' })
  await expect(sql`select 1`).rejects.toMatchObject({
    reason: 'DATABASE_LOGIN_UNFIT',
    message: expect.stringMatching(/is a superuser.*logins create mining/),
  })
  await close()
  await asOwner.stop()
})

async function start(entry: string, service: ServiceName, port: number, more: Record<string, string> = {}) {
  const direct = new URL(db.ownerUrl)
  direct.username = logins[service].name
  direct.password = logins[service].password
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../apps', entry)], {
    env: {
      ...process.env,
      DATABASE_URL: pooler.url(logins[service]),
      ASSAY_DATABASE_DIRECT_URL: direct.href,
      ASSAY_PORT: String(port),
      ASSAY_INTERNAL_SECRET: '0'.repeat(64),
      ASSAY_STOP_PAUSE_SECONDS: '0',
      ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
      ASSAY_WORKER_NICENESS: '0',
      ASSAY_LOG_LEVEL: 'warn',
      ...more,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.push(child)
  const [{ ready }] = (await once(child, 'message')) as [{ ready: string }]
  return ready
}

pooled(
  'every process works behind the pooler: an import, an analysis by a worker, a session of potential roles',
  async () => {
    const [gatewayPort, miningPort, sessionsPort] = await unusedPorts(3)
    const urls = {
      ASSAY_MINING_URL: `http://127.0.0.1:${miningPort}`,
      ASSAY_IAI_SESSIONS_URL: `http://127.0.0.1:${sessionsPort}`,
    }
    const [baseUrl] = await Promise.all([
      start('gateway/src/main.ts', 'gateway', gatewayPort!, urls),
      start('mining/src/main.ts', 'mining', miningPort!),
      start('mining/src/worker.ts', 'mining-worker', 0),
      start('iai-sessions/src/main.ts', 'sessions', sessionsPort!, urls),
    ])
    const about = { tenantId: await db.tenantId(), role: 'admin', displayName: 'Test', host: '127.0.0.1' } as const
    const client = await createApiClient(db.owner.sql, { ...about, dialect: conductorone.clients })
    const token = await fetchToken(baseUrl, client)
    await importFiles(baseUrl, token, filesOf(generateOrganisation({ seed: 1, identityCount: 300 })))
    await expect
      .poll(async () => (await rest(baseUrl, token, 'GET /api/v1/role-mining/suggestions')).json)
      .toMatchObject({ list: expect.arrayContaining([expect.anything()]) })
    const created = await rest(baseUrl, token, 'POST /beta/role-mining-sessions', { name: 'Everybody' })
    expect(created.status).toBe(201)
    await expect
      .poll(async () => (await rest(baseUrl, token, `GET /beta/role-mining-sessions/${created.json.id}`)).json)
      .toMatchObject({ status: { state: 'POTENTIAL_ROLES_CREATED' } })
  },
)
