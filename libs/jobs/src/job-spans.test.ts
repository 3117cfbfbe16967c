import { inTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { beginTrace, callIdInProgress, inJob, traceBy } from '@assay/tracing'
import { type OpenTelemetry, startOpenTelemetry } from '@assay/tracing/open-telemetry'
import { startTestCollector, type TestCollector } from '@assay/tracing/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jobs, openWorker } from './jobs.ts'
import { prepareQueues } from './prepare-queues.ts'
import { defineQueue } from './queue.ts'
import { defineWork } from './work.ts'

const first = defineQueue<{ tenantId: number; name: string }>('test-first', 'free')
const second = defineQueue<{ tenantId: number }>('test-second', 'free')

let db: TestDatabase
let tenantId: number
let collector: TestCollector
let tracing: OpenTelemetry

beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.tenantId()
  await prepareQueues(db.ownerUrl, [first, second])
  collector = await startTestCollector()
  tracing = startOpenTelemetry({
    resource: {},
    sampler: { kind: 'always_on', isParentBased: true, ratio: 1 },
    url: `${collector.url}/v1/traces`,
    headers: {},
    timeoutMs: 10_000,
    isCompressed: false,
    batch: { delayMs: 10, mostWaiting: 2_000, mostAtOnce: 500, timeoutMs: 10_000 },
    onTrouble: () => {},
    onSent: () => {},
  })
  traceBy(tracing)
})
afterAll(async () => {
  traceBy(undefined)
  await tracing.stop()
  await collector.close()
  await db.drop()
})

const above = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', isSampled: true }

test('a job goes on with the trace and the id of its call, as do the jobs that it adds, but for the next of its own kind', async () => {
  const { sql } = db.database
  const worker = openWorker({ url: db.url, applicationName: 'spans-test', onError: () => {} })
  const calls: (string | undefined)[] = []
  worker.work(
    defineWork<{ tenantId: number; name: string }, { name: string }>({
      queue: first,
      title: 'The first',
      takeUp: async (payload) => payload,
      async run({ name }) {
        calls.push(callIdInProgress())
        if (name === 'next') return
        await inTenant(sql, tenantId, async (scoped) => {
          await jobs.enqueue(scoped, second, { tenantId }, '')
          await jobs.enqueue(scoped, first, { tenantId, name: 'next' }, '')
        })
      },
    }),
  )
  worker.work(
    defineWork<{ tenantId: number }, object>({
      queue: second,
      title: 'The second',
      takeUp: async (payload) => payload,
      run: async () => void calls.push(callIdInProgress()),
    }),
  )
  const top = beginTrace(() => ({ name: 'call', kind: 'server' }), above)
  await inJob({ span: top, callId: 'call-1', workKind: 'test-call' }, () =>
    inTenant(sql, tenantId, async (scoped) => {
      await scoped`select count(*) from tenants where name = ${'Ana Ruiz'}`
      await jobs.enqueue(scoped, first, { tenantId, name: 'Ana Ruiz' }, '')
    }),
  )
  top?.end()
  const named = (name: string) => collector.spans.filter((span) => span.name === name)
  await expect.poll(() => [named('process test-first').length, named('process test-second').length]).toEqual([2, 1])
  await worker.stop()
  expect(calls.toSorted()).toEqual(['call-1', 'call-1', undefined])

  const [transaction] = named('transaction').filter(({ parentId }) => parentId === top?.parent.spanId)
  expect(transaction?.attributes).toMatchObject({
    'db.system.name': 'postgresql',
    'assay.pool.wait_ms': expect.any(Number),
  })
  expect(named('select tenants')).toMatchObject([
    {
      kind: 'client',
      parentId: transaction?.spanId,
      attributes: {
        'db.query.text': 'select count(*) from tenants where name = $1',
        'db.operation.name': 'select',
        'db.collection.name': 'tenants',
      },
    },
  ])
  const [sent, sequel] = named('send test-first')
  const [attempt, next] = named('process test-first')
  expect(sent).toMatchObject({ kind: 'producer', parentId: transaction?.spanId, traceId: above.traceId })
  expect(attempt).toMatchObject({
    kind: 'consumer',
    parentId: sent?.spanId,
    links: [sent?.spanId],
    traceId: above.traceId,
    attributes: {
      'messaging.destination.name': 'test-first',
      'messaging.operation.type': 'process',
      'assay.tenant': tenantId,
      'assay.job.outcome': 'completed',
    },
  })
  expect(named('process test-second')).toMatchObject([
    { traceId: above.traceId, parentId: named('send test-second')[0]?.spanId },
  ])
  expect(next).toMatchObject({ parentId: '', links: [sequel?.spanId] })
  expect(next?.traceId).not.toBe(above.traceId)
  expect(JSON.stringify(collector.spans)).not.toContain('Ana')
})
