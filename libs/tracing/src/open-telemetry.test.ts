import { afterEach, expect, test } from 'vitest'
import { type OpenTelemetry, startOpenTelemetry } from './open-telemetry.ts'
import { startTestCollector } from './testing.ts'
import { beginStep, beginTrace, spanInProgress, traceBy, within } from './tracing.ts'

let running: OpenTelemetry | undefined
afterEach(async () => {
  traceBy(undefined)
  await running?.stop()
})

const above = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', isSampled: true }

function start(url: string, more: Partial<Parameters<typeof startOpenTelemetry>[0]> = {}): OpenTelemetry {
  running = startOpenTelemetry({
    resource: { 'service.name': 'trial' },
    sampler: { kind: 'traceidratio', isParentBased: true, ratio: 0 },
    url: `${url}/v1/traces`,
    headers: { authorization: 'Bearer of-the-collector' },
    timeoutMs: 300_000,
    isCompressed: true,
    batch: { delayMs: 60_000, mostWaiting: 20, mostAtOnce: 10, timeoutMs: 300_000 },
    onTrouble: () => {},
    onSent: () => {},
    ...more,
  })
  traceBy(running)
  return running
}

test('steps arrive with their parents, attributes, links and failures, but without a message', async () => {
  const collector = await startTestCollector()
  const tracing = start(collector.url)
  const top = beginTrace(() => ({ name: 'top', kind: 'consumer', link: above }), above)
  const [step, other] = within(top, () => [
    beginStep(() => ({ name: 'step', kind: 'client', attributes: { 'assay.tenant': 7, whole: true, half: 0.5 } })),
    beginStep(() => ({ name: 'other', kind: 'internal' })),
  ])
  step?.fail('UNAVAILABLE')
  step?.end()
  other?.rename('renamed')
  other?.end()
  top?.end()
  await tracing.stop()
  await expect.poll(() => collector.spans.length).toBe(3)
  await collector.close()
  const { traceId } = above
  const parentId = top?.parent.spanId
  const plain = { links: [], isError: false, statusMessage: '', attributes: {} }
  expect(collector.spans).toMatchObject([
    {
      ...plain,
      name: 'step',
      kind: 'client',
      traceId,
      parentId,
      isError: true,
      attributes: { 'assay.tenant': 7, whole: true, half: 0.5, 'error.type': 'UNAVAILABLE' },
    },
    { ...plain, name: 'renamed', kind: 'internal', traceId, parentId },
    { ...plain, service: 'trial', name: 'top', kind: 'consumer', parentId: above.spanId, links: [above.spanId] },
  ])
  expect(collector.headers).toMatchObject({ authorization: 'Bearer of-the-collector', 'content-encoding': 'gzip' })
})

test('a trace that is not kept goes along without steps, and off there is none', () => {
  const step = () => beginStep(() => ({ name: 'step', kind: 'client' }))
  expect([beginTrace(() => ({ name: 'top', kind: 'server' })), within(undefined, spanInProgress)]).toEqual([
    undefined,
    undefined,
  ])
  start('http://127.0.0.1:9')
  const top = beginTrace(() => ({ name: 'top', kind: 'server' }))
  expect(top).toMatchObject({ isRecorded: false, parent: { isSampled: false } })
  expect(within(top, () => [spanInProgress(), step()])).toEqual([top, undefined])
  expect(beginTrace(() => ({ name: 'top', kind: 'server' }), { ...above, isSampled: false })?.isRecorded).toBe(false)
  expect(beginTrace(() => ({ name: 'top', kind: 'server' }), above)?.isRecorded).toBe(true)
})

test('after a thousand steps of one request none begins, and it says so', async () => {
  const collector = await startTestCollector()
  const tracing = start(collector.url)
  const top = beginTrace(() => ({ name: 'top', kind: 'server' }), above)
  const steps = within(top, () => Array.from({ length: 1_100 }, () => beginStep(() => ({ name: 's', kind: 'client' }))))
  expect(steps.filter((step) => step !== undefined)).toHaveLength(1_000)
  top?.end()
  await tracing.stop()
  await expect.poll(() => collector.spans.length).toBe(1)
  await collector.close()
  expect(collector.spans).toMatchObject([{ name: 'top', attributes: { 'assay.steps_left_out': true } }])
})

test('without a collector spans are dropped, in a bounded queue, and one line tells of it and one of its end', async () => {
  const told: (string | undefined)[] = []
  const counts = { sent: 0, lost: 0 }
  const options = {
    onTrouble: (reason: string | undefined) => void told.push(reason && 'trouble'),
    onSent: (count: number, isSent: boolean) => {
      counts[isSent ? 'sent' : 'lost'] += count
    },
    timeoutMs: 50,
  }
  const make = (count: number) => {
    for (let made = 0; made < count; made++) beginTrace(() => ({ name: 'top', kind: 'server' }), above)?.end()
  }
  const { url, close } = await startTestCollector()
  await close()
  const tracing = start(url, { ...options, batch: { delayMs: 10, mostWaiting: 20, mostAtOnce: 10, timeoutMs: 1_000 } })
  make(500)
  // The first batch of ten, and the twenty that may wait behind it.
  await expect.poll(() => counts).toEqual({ sent: 0, lost: 30 })
  expect(told).toEqual(['trouble'])
  const collector = await startTestCollector(Number(new URL(url).port))
  const isSent = () => {
    make(10)
    return counts.sent > 0
  }
  // Sent in batches: on a busy machine, one batch may take longer than the exporter's timeout.
  await expect.poll(isSent, { interval: 100 }).toBe(true)
  expect(told.slice(0, 2)).toEqual(['trouble', undefined])
  await tracing.stop()
  await collector.close()
})
