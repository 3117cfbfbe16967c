import type { Measure } from './bench.ts'
import type { BenchPlatform } from './bench-platform.ts'
import { loadHttp, requestBytes } from './http-load.ts'
import { runDiffMs } from './run-diff.ts'

interface InsightSize {
  /** How long each stretch of load goes on. */
  readonly loadMs: number
}

/** Entitlement first, residual and attributes through REST, by one client; the run diff by itself, since it needs two mined runs. */
export async function insightMeasures(
  platform: BenchPlatform,
  { loadMs }: InsightSize,
  say: (text: string) => void,
): Promise<Measure[]> {
  const fields = { Authorization: `Bearer ${platform.token}` }
  const get = (path: string) => requestBytes('GET', path, fields)
  const measure = (request: Buffer, ms = loadMs) => loadHttp(platform.port, request, { connections: 1, ms })
  // Each asks about another entitlement, since an answer is kept.
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
  return [
    {
      measure: 'entitlement first, one entitlement, p50 of 20',
      value: described[Math.floor(described.length / 2)],
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
