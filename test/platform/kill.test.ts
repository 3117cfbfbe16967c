import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { jobs, prepareQueues } from '@assay/jobs'
import { listRuns, listSuggestions, queues, suggestionsById, triggerAnalysis } from '@assay/role-mining'
import { generateOrganisation } from '@assay/sample-org'
import { sourceQueues } from '@assay/source-loads'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { filesOf } from './sample.ts'

// `npm run bench -- kills` kills every process hundreds of times, under every kind of load.
const kills = 6
const tenants = 9
const worker = join(import.meta.dirname, '../../apps/mining/src/worker.ts')
let db: TestDatabase
const ids: number[] = []
const running: ChildProcess[] = []

beforeAll(async () => {
  db = await createTestDatabase()
  await prepareQueues(db.ownerUrl, [...queues, ...sourceQueues])
  const files = filesOf(generateOrganisation({ seed: 3, identityCount: 1000 }))
  for (let count = 0; count < tenants; count++) {
    const tenantId = await db.tenantId()
    const { id } = await createImport(db.database.sql, tenantId, { createdBy: 'test', skipInvalid: false })
    for (const [name, text] of Object.entries(files)) {
      await uploadImportFile(db.database.sql, tenantId, id, name, pieces(text))
    }
    await commitImport(db.database.sql, tenantId, id)
    ids.push(tenantId)
  }
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await db.drop()
})

async function* pieces(text: string) {
  yield Buffer.from(text)
}

function startWorker(): ChildProcess {
  const child = fork(worker, {
    env: { ...process.env, DATABASE_URL: db.url, ASSAY_MINING_THREADS: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  running.push(child)
  return child
}

/** The duration of the last run from its claim to its end, in milliseconds. */
async function lengthOfLastRun(): Promise<number> {
  const [run] = await db.owner.sql<{ ms: number }[]>`
    select (extract(epoch from completed_on - started_on) * 1000)::float8 as ms from pgboss.job
    where completed_on is not null order by completed_on desc limit 1`
  return run!.ms
}

/** The results of a tenant, without values that differ between tenants. */
async function outcome(tenantId: number) {
  const inItsTenant = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)
  const { runs } = await inItsTenant((sql) => listRuns(sql, { size: 10 }))
  const { listed } = await inItsTenant((sql) => listSuggestions(sql, {}, { size: 1000 }))
  const ids = listed.map(({ id }) => id)
  const suggestions = await inItsTenant((sql) => suggestionsById(sql, ids))
  return {
    runs: runs.map(({ status, suggestionsGenerated, errorMessage }) => ({
      status,
      suggestionsGenerated,
      errorMessage,
    })),
    suggestions: suggestions
      .map(({ suggestedName, confidence, entitlements }) => JSON.stringify({ suggestedName, confidence, entitlements }))
      .sort(),
  }
}

test(`runs whose workers are killed ${kills} times are each completed once, with nothing doubled or lost`, async () => {
  const trigger = (tenantId: number) =>
    inTenant(db.database.sql, tenantId, (sql) => triggerAnalysis(sql, jobs, tenantId, 'manual', 'kill test'))

  // The reference: an undisturbed run.
  const [first] = ids
  await trigger(first!)
  let child = startWorker()
  await expect.poll(async () => (await outcome(first!)).runs[0]?.status, { interval: 250 }).toBe('completed')
  const undisturbed = await outcome(first!)
  expect(undisturbed.suggestions.length).toBeGreaterThan(20)
  const lengthMs = await lengthOfLastRun()
  child.kill('SIGKILL')
  await once(child, 'exit')

  const disturbed = ids.slice(1)
  await Promise.all(disturbed.map(trigger))
  let inMidRun = 0
  for (let count = 0; count < kills; count++) {
    const [before] = await db.owner.sql<{ now: Date }[]>`select now()`
    const takenSince = async () => {
      const taken = await db.owner.sql<{ id: string }[]>`
        select id from pgboss.job
        where name = any(${queues.map(({ name }) => name)}) and state = 'active' and started_on > ${before!.now}
        order by started_on`
      return taken.map(({ id }) => id)
    }
    child = startWorker()
    let taken: string[] = []
    const begun = async () => {
      taken = await takenSince()
      return taken.length
    }
    await expect.poll(begun, { interval: 25 }).toBeGreaterThan(0)
    // Spread over the length of a run, from the start of its threads to its last transaction. When the machine has become less busy since
    // the first run, this one ends earlier, and the worker is killed in the next.
    const [first = ''] = taken
    const late = new AbortController()
    const isLate = sleep((lengthMs * count) / kills, undefined, { signal: late.signal }).then(
      () => true,
      () => false,
    )
    while (!(await Promise.race([isLate, sleep(20, false)])) && taken.includes(first)) taken = await takenSince()
    late.abort()
    // Between two runs there may be a moment without one.
    if (!taken.includes(first)) await expect.poll(begun, { interval: 25 }).toBeGreaterThan(0)
    inMidRun += Math.min(1, (await takenSince()).length)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  startWorker()
  await expect
    .poll(
      async () => {
        const [open] = await db.owner.sql<{ count: number }[]>`
          select count(*)::integer as count from role_mining_runs where status in ('waiting', 'running')`
        return open!.count
      },
      { interval: 250 },
    )
    .toBe(0)
  expect(inMidRun).toBeGreaterThanOrEqual(kills / 2)
  for (const tenantId of disturbed) expect(await outcome(tenantId)).toEqual(undisturbed)
})
