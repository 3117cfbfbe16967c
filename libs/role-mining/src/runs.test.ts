import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { completeRun, ensureWaitingRun, failRun, listRuns, reportProgress, takeUpRun } from './runs.ts'

let db: TestDatabase
let tenantId: number

beforeAll(async () => {
  db = await createTestDatabase()
})
beforeEach(async () => {
  tenantId = await db.tenantId()
})
afterAll(() => db.drop())

const tenant = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)
const trigger = () => tenant((sql) => ensureWaitingRun(sql, tenantId, 'manual', 'a test'))
const takeUp = async (id: string) => {
  const run = await tenant((sql) => takeUpRun(sql, id))
  if (run === undefined) throw new Error('nothing to take up')
  return run
}
const newest = async () => (await tenant((sql) => listRuns(sql, { size: 1 }))).runs[0]
const done = { totalUsers: 7, cohortsAnalyzed: 5, suggestionsGenerated: 3 }

test('while a run waits, further triggers get it; while a run is running, one more waits', async () => {
  const first = await trigger()
  expect(await trigger()).toEqual({ runId: first.runId, created: false })
  await takeUp(first.runId)
  const second = await trigger()
  expect(second.created).toBe(true)
  expect(second.runId).not.toBe(first.runId)
  expect(await trigger()).toEqual({ runId: second.runId, created: false })
})

test('triggers at the same moment make one run', async () => {
  const ids = await Promise.all([trigger(), trigger(), trigger(), trigger()])
  expect(new Set(ids.map(({ runId }) => runId)).size).toBe(1)
  expect(ids.filter(({ created }) => created).length).toBe(1)
})

test('a worker that was considered dead cannot complete a run that another worker has started', async () => {
  const { runId } = await trigger()
  const lost = await takeUp(runId)
  const taken = await takeUp(runId)
  await expect(tenant((sql) => completeRun(sql, lost, done, {}))).rejects.toMatchObject({ kind: 'aborted' })
  await tenant((sql) => reportProgress(sql, lost, 1000))
  await tenant((sql) => failRun(sql, lost, 'too late'))
  expect(await newest()).toMatchObject({ status: 'running', cohortsAnalyzed: 0 })
  await tenant((sql) => completeRun(sql, taken, done, {}))
  expect(await newest()).toMatchObject({ status: 'completed', ...done, errorMessage: '' })
  expect(await tenant((sql) => takeUpRun(sql, runId))).toBeUndefined()
})

test('runs are listed newest first, page by page', async () => {
  const made: string[] = []
  for (let count = 0; count < 5; count++) {
    const { runId } = await trigger()
    made.unshift(runId)
    await tenant(async (sql) => failRun(sql, await takeUp(runId), 'for the test'))
  }
  const first = await tenant((sql) => listRuns(sql, { size: 3 }))
  const second = await tenant((sql) => listRuns(sql, { size: 3, after: first.last }))
  expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual(made)
  expect(second.last).toBeUndefined()
})
