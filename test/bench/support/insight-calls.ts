import type { Measure } from './bench.ts'
import type { BenchPlatform } from './bench-platform.ts'
import { loadHttp, requestBytes } from './http-load.ts'
import { runDiffMs } from './run-diff.ts'

interface InsightSize {
  /** The duration of each phase of load. */
  readonly loadMs: number
}

/**
 * Measures calls about entitlements, the residual and attributes through REST, by one client. The comparison of runs is separate, because
 * it needs two mined runs.
 */
export async function insightMeasures(
  platform: BenchPlatform,
  { loadMs }: InsightSize,
  say: (text: string) => void,
): Promise<Measure[]> {
  const fields = { Authorization: `Bearer ${platform.token}` }
  const get = (path: string) => requestBytes('GET', path, fields)
  const measure = (request: Buffer, ms = loadMs) => loadHttp(platform.port, request, { connections: 1, ms })
  // Each call is about another entitlement, because responses are cached.
  const describe = (number: number) => {
    const entitlementId = `e${String(number).padStart(6, '0')}`
    const applicationId = `a${String(number % 200).padStart(6, '0')}`
    return requestBytes('POST', '/insights/v1/entitlements:describe', fields, {
      entitlements: [{ applicationId, entitlementId }],
    })
  }
  await measure(describe(20), 1)
  const described: number[] = []
  for (let number = 21; number < 41; number++) described.push((await measure(describe(number), 1)).medianMs)
  described.sort((a, b) => a - b)
  const residual = get('/insights/v1/residual')
  const first = await measure(residual, 1)
  const firstPage = await measure(get('/insights/v1/residual/grants?layers=LAYER_NO_ATTRIBUTE&page_size=100'), 1)
  say(`residual, first: sums ${first.medianMs.toFixed(0)} ms, page ${firstPage.medianMs.toFixed(0)} ms`)
  const again = await measure(residual)
  const page = await measure(get('/insights/v1/residual/grants?layers=LAYER_NO_ATTRIBUTE&page_size=100'))
  const ranking = await measure(get('/insights/v1/attributes'), 1)
  const matrix = await matrixMeasures(measure, (call, body) =>
    requestBytes('POST', `/matrix/v1/matrices:${call}`, fields, body),
  )
  return [
    ...matrix,
    {
      measure: 'entitlement first, one entitlement, p50 of 20',
      value: described[Math.floor(described.length / 2)]!,
      unit: 'ms',
      goal: { atMost: 200 },
    },
    {
      measure: 'residual of everybody, sums and first page after a load',
      value: first.medianMs + firstPage.medianMs,
      unit: 'ms',
      goal: { atMost: 2000 },
    },
    { measure: 'residual, sums, p50', value: again.medianMs, unit: 'ms', goal: { atMost: 50 } },
    { measure: 'residual, a page of 100, p50', value: page.medianMs, unit: 'ms', goal: { atMost: 50 } },
    { measure: 'attributes ranked, first', value: ranking.medianMs, unit: 'ms' },
    {
      measure: 'run diff of 1,000 candidates, processor time, p50 of 9',
      value: runDiffMs(1000),
      unit: 'ms',
      goal: { atMost: 200 },
    },
  ]
}

type Loaded = Awaited<ReturnType<typeof loadHttp>>

/** Measures the matrix of all people: its order, which is cached, and then the calls of a screen. */
async function matrixMeasures(
  measure: (request: Buffer, ms?: number) => Promise<Loaded>,
  request: (call: string, body: object) => Buffer,
): Promise<Measure[]> {
  const byRoles = await measure(request('describe', {}), 1)
  const without = await measure(request('describe', { view: { roles: 'ROLE_SOURCE_NONE' } }), 1)
  const again = await measure(request('describe', {}))
  const overview = await measure(request('overview', {}))
  const window = { rowStart: 1_000, rowCount: 2_000, columnStart: 100, columnCount: 500 }
  const named = await measure(request('window', window))
  const bits = await measure(request('window', { ...window, omitNames: true }))
  const sampled = await measure(request('window', { rowCount: 2_000, rowStep: 50, columnCount: 500 }))
  return [
    { measure: 'matrix of everybody, order by roles, first', value: byRoles.medianMs, unit: 'ms' },
    { measure: 'matrix of everybody, order without roles, first', value: without.medianMs, unit: 'ms' },
    { measure: 'matrix, described again, p50', value: again.medianMs, unit: 'ms', goal: { atMost: 50 } },
    { measure: 'matrix, overview, p50', value: overview.medianMs, unit: 'ms' },
    { measure: 'matrix, window of 2,000 by 500 with names, p50', value: named.medianMs, unit: 'ms' },
    { measure: 'matrix, the same without names, p50', value: bits.medianMs, unit: 'ms' },
    { measure: 'matrix, every 50th row, with names, p50', value: sampled.medianMs, unit: 'ms' },
  ]
}
