import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { createAccessTokens } from '@assay/auth'
import { encryptionKey } from '@assay/auth/testing'
import { clientDialects } from '@assay/dialects/clients'
import { defineWork, jobs, openWorker, withSchedules } from '@assay/jobs'
import { analysisQueue, scheduledAnalysisQueue } from '@assay/role-mining'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import type { Command } from 'commander'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareDatabase } from '../prepare-database.ts'
import { clientsCommand } from './clients.ts'
import { tenantsCommand } from './tenants.ts'

const db = await createTestDatabase()
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-tenants-'))
  await prepareDatabase(db.ownerUrl)
})
afterAll(async () => {
  await db.drop()
  await rm(folder, { recursive: true })
})

/** Runs a command and returns its output. A wrong use throws and does not exit. */
async function run(command: (print: (line: string) => void, env: NodeJS.ProcessEnv) => Command, ...words: string[]) {
  const lines: string[] = []
  const program = command((line) => lines.push(line), { DATABASE_URL: db.ownerUrl, ASSAY_DATA_DIRECTORY: folder })
  for (const one of [program, ...program.commands]) one.exitOverride().configureOutput({ writeErr: () => {} })
  await program.parseAsync(words, { from: 'user' })
  return lines.join('\n')
}
const tenants = (...words: string[]) => run(tenantsCommand, ...words)

async function clientOf(tenant: string) {
  const client = JSON.parse(await run(clientsCommand, 'create', '--role', 'admin', '--tenant', tenant))
  return client as { clientId: string; clientSecret: string }
}

/** A new verifier for each check, since one caches a verified token for a minute. */
const tokens = () => createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })

const tenantId = async (name: string) => {
  const [row] = await db.owner.sql<{ id: number }[]>`select tenant_id as id from tenants where name = ${name}`
  return row?.id ?? 0
}

test('a tenant that was made has clients of its own, and the list shows it', async () => {
  expect(await tenants('create', 'Acme Corp')).toContain('clients create --role admin --tenant "Acme Corp"')
  const { clientId, clientSecret } = await clientOf('Acme Corp')
  expect((await tokens().issue(clientId, clientSecret)).principal).toMatchObject({ tenant: 'Acme Corp', role: 'admin' })
  expect(await tenants('list')).toMatch(/^\d+\tAcme Corp\tactive\tsince \d{4}-\d\d-\d\dT\d\d:\d\dZ$/)
})

test('clients of a suspended tenant get no token, tokens that are out are refused and say why, and both end with resume', async () => {
  await tenants('create', 'paused')
  const { clientId, clientSecret } = await clientOf('paused')
  const { accessToken } = await tokens().issue(clientId, clientSecret)
  await tenants('suspend', 'paused')
  expect(await tenants('list')).toMatch(/\tpaused\tsuspended\tsince /)
  const refusal = {
    kind: 'permission_denied',
    reason: 'TENANT_SUSPENDED',
    message: expect.stringMatching(/"paused" is suspended/),
  }
  await expect(tokens().issue(clientId, clientSecret)).rejects.toMatchObject(refusal)
  await expect(tokens().verify(accessToken)).rejects.toMatchObject(refusal)
  // A caller with a wrong secret learns nothing about the tenant.
  await expect(tokens().issue(clientId, 'wrong')).rejects.toMatchObject({ reason: 'INVALID_CLIENT' })
  await tenants('resume', 'paused')
  expect((await tokens().verify(accessToken)).tenant).toBe('paused')
})

test('queued work of a suspended tenant waits, also what is enqueued or handed back later, and goes on after resume', async () => {
  await tenants('create', 'waits')
  const [held, other] = [await tenantId('waits'), await tenantId('Acme Corp')]
  const worker = openWorker({ url: db.url, applicationName: 'test', onError: () => {} })
  const done: number[] = []
  const enqueue = (tenant: number, runId: string) =>
    inTenant(db.database.sql, tenant, (sql) => jobs.enqueue(sql, analysisQueue, { tenantId: tenant, runId }, runId))
  try {
    await enqueue(held, 'before')
    expect(await tenants('suspend', 'waits')).toContain('jobs that wait: 1')
    await enqueue(held, 'after')
    await enqueue(other, 'other')
    worker.work(
      defineWork<{ tenantId: number; runId: string }, number>({
        queue: analysisQueue,
        title: 'The analysis',
        takeUp: async (payload) => payload.tenantId,
        run: async (tenant) => void done.push(tenant),
      }),
    )
    await expect.poll(() => done).toEqual([other])
    await enqueue(other, 'another')
    await expect.poll(() => done).toEqual([other, other])
    await tenants('resume', 'waits')
    await expect.poll(() => done).toEqual([other, other, held, held])
  } finally {
    await worker.stop()
  }
})

test('work that a worker hands back while its tenant is suspended waits', async () => {
  await tenants('create', 'handed back')
  const held = await tenantId('handed back')
  const insert = db.owner.sql`
    insert into pgboss.job (name, data, state) values ('analysis', ${db.owner.sql.json({ tenantId: held })}, 'active')`
  await insert
  await tenants('suspend', 'handed back')
  const rows = await db.owner.sql<{ due: string }[]>`
    update pgboss.job set state = 'retry', start_after = now() where data ->> 'tenantId' = ${String(held)}
    returning start_after::text as due`
  expect(rows).toEqual([{ due: 'infinity' }])
})

test('a deletion exports the rows first, takes the tenant out, and can be undone while the grace time lasts', async () => {
  await tenants('create', 'second thoughts')
  const client = await clientOf('second thoughts')
  const file = join(folder, 'second.ndjson.gz')
  const kept = join(folder, 'kept.jsonl.gz')
  expect(await tenants('export', 'second thoughts', '--export', kept)).toMatch(/^Exported \d+ rows into .*kept/)
  expect(gunzipSync(await readFile(kept)).toString()).toContain('second thoughts')
  const fromHere = relative(process.cwd(), file)
  const said = await tenants('delete', 'second thoughts', '--export', fromHere, '--grace-days', '3')
  expect(said).toContain(`Exported 15 rows into ${file}`)
  const exported = gunzipSync(await readFile(file)).toString()
  const tables = exported
    .trimEnd()
    .split('\n')
    .map((line): string => JSON.parse(line).table)
  // The creation of the tenant, that of its client, and the suspension are entries, each with the actor and the values before and after.
  const counts = Object.fromEntries(
    [...Map.groupBy(tables, (table) => table)].map(([table, rows]) => [table, rows.length]),
  )
  const ofLedger = { ledger_entries: 3, ledger_unsealed: 3, ledger_values: 7 }
  expect(counts).toEqual({ tenants: 1, api_clients: 1, ...ofLedger })
  expect(exported).not.toContain('secret_hash')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await tenants('list')).toMatch(/\tsecond thoughts\tdeleting\tsince .*\tremoved after /)
  await expect(tokens().issue(client.clientId, client.clientSecret)).rejects.toMatchObject({
    reason: 'TENANT_SUSPENDED',
  })
  await tenants('resume', 'second thoughts')
  await tokens().issue(client.clientId, client.clientSecret)
})

test('a deletion without grace time removes rows, jobs and schedules at once, and frees the name', async () => {
  await tenants('create', 'brief')
  const id = await tenantId('brief')
  await clientOf('brief')
  await withSchedules(db.ownerUrl, scheduledAnalysisQueue, (schedules) =>
    schedules.set(`tenant-${id}`, { cron: '0 3 * * *', timeZone: 'UTC' }, { tenantId: id }),
  )
  await db.owner.sql`insert into pgboss.job (name, data) values ('analysis', ${db.owner.sql.json({ tenantId: id })})`
  const atOnce = ['delete', 'brief', '--no-export', '--grace-days', '0']
  await expect(tenants(...atOnce)).rejects.toThrow('nothing brings them back; add --yes')
  expect(await tenants('list')).toMatch(/\tbrief\tactive\t/)
  expect(await tenants(...atOnce, '--yes')).toBe('The tenant "brief" is removed.')
  const [left] = await db.owner.sql`
    select (select count(*) from api_clients where tenant_id = ${id}) as clients,
      (select count(*) from pgboss.job where data ->> 'tenantId' = ${String(id)}) as jobs,
      (select count(*) from pgboss.schedule where data ->> 'tenantId' = ${String(id)}) as schedules`
  expect(left).toEqual({ clients: 0, jobs: 0, schedules: 0 })
  await tenants('create', 'brief')
  expect(await tenantId('brief')).toBeGreaterThan(id)
})

test('a deletion whose export cannot be written leaves the tenant as it was', async () => {
  const file = join(folder, 'taken')
  await writeFile(file, 'something else')
  await expect(tenants('delete', 'brief', '--export', file)).rejects.toThrow('exists already')
  await expect(tenants('delete', 'brief', '--export', join(folder, 'none/x'))).rejects.toThrow('cannot be written')
  expect(await tenants('list')).toMatch(/\tbrief\tactive\t/)
  expect(await readFile(file, 'utf8')).toBe('something else')
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
})

test.each([
  [['create', ''], 'must not be empty'],
  [['create', 'Acme Corp'], 'exists already'],
  [['suspend', 'nobody'], 'There is no tenant "nobody"'],
  [['delete', 'nobody'], 'There is no tenant "nobody"'],
  [['delete', 'Acme Corp', '--grace-days', 'soon'], 'whole days'],
  [['delete', 'Acme Corp', '--grace-days', '-1'], 'whole days'],
])('"tenants %j" is refused, says why, and changes nothing', async (words, message) => {
  const before = await tenants('list')
  await expect(tenants(...words)).rejects.toThrow(message)
  expect(await tenants('list')).toBe(before)
})

test('the ledger of a tenant tells its states, and nothing where none changed', async () => {
  await tenants('create', 'told')
  await tenants('suspend', 'told')
  await tenants('suspend', 'told')
  await tenants('resume', 'told')
  await tenants('resume', 'told')
  await tenants('delete', 'told', '--no-export')
  await tenants('resume', 'told')
  const entries = await db.owner.sql<{ kind: string }[]>`
    select kind from ledger_entries where tenant_id = ${await tenantId('told')} and content like '%"type":"command"%' order by id`
  expect(entries.map(({ kind }) => kind)).toEqual(
    ['create', 'suspend', 'resume', 'suspend', 'delete', 'resume'].map((verb) => `tenant.${verb}`),
  )
})
