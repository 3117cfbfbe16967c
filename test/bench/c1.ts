import { setTimeout as sleep } from 'node:timers/promises'
import type { GetCustomAnalysisResultResponse } from '@assay/contracts/c1/api/role_mining_management/v1/custom_analysis_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { RunStatus } from '@assay/contracts/c1/api/role_mining_management/v1/run_pb'
import { type Client, createClient } from '@connectrpc/connect'
import { type Bench, type Measure, median, timed } from './support/bench.ts'
import { type BenchPlatform, withBenchPlatform } from './support/bench-platform.ts'
import { type Read, readsOf } from './support/c1-reads.ts'
import { type LoadFigures, loadCalls, loadHttp } from './support/http-load.ts'
import { MemoryWatch } from './support/memory-watch.ts'
import { divisionSize, writePlantedFiles } from './support/planted-files.ts'

const sizes = {
  small: { identities: 5_000, analyses: 5, evaluations: 50, loadMs: 1_000 },
  full: { identities: 100_000, analyses: 7, evaluations: 300, loadMs: 8_000 },
}
type Size = (typeof sizes)['full']
type Mining = Client<typeof RoleMiningManagementService>

const clients = 32
const worker = 'mining/src/worker.ts'
const server = 'mining/src/main.ts'

export const bench: Bench = {
  about: "ConductorOne's role mining calls through the gateway, against the same reads written by hand in SQL",
  async run({ scale, say }) {
    const size = sizes[scale]
    return withBenchPlatform(async (platform) => {
      await writePlantedFiles(platform.folder, size)
      say(
        `import and everything that follows: ${((await timed(() => platform.load(platform.folder))) / 1000).toFixed(1)} s`,
      )
      // Statistics as in a database that has run for a while; otherwise PostgreSQL collects them only after up to a minute.
      await platform.owner.sql`vacuum analyze`
      const mining = createClient(RoleMiningManagementService, platform.transport)
      const { analysis, measures } = await customAnalyses(mining, size, say)
      const selections = await evaluations(mining, platform, analysis, size)
      const reads = await suggestedReads(mining, platform)
      return [
        ...measures,
        ...selections,
        ...(await loadEach(platform, reads, size, say)),
        ...(await runUnderReads(mining, platform, reads, size, say)),
      ]
    })
  },
}

async function customAnalyses(mining: Mining, size: Size, say: (text: string) => void) {
  const times: number[] = []
  let analysis: GetCustomAnalysisResultResponse | undefined
  for (let round = 0; round <= size.analyses; round++) {
    const start = performance.now()
    const profileFilters = [{ attribute: 'division', values: [`Division ${round}`] }]
    const { id } = await mining.triggerCustomAnalysis({ profileFilters })
    do {
      await sleep(10)
      analysis = await mining.getCustomAnalysisResult({ id })
    } while (analysis.status === RunStatus.RUNNING)
    if (analysis.status !== RunStatus.COMPLETED || analysis.cohortSize !== divisionSize(size))
      throw new Error(`the custom analysis ended with ${RunStatus[analysis.status]}, ${analysis.cohortSize} people`)
    // The first call also loads the snapshot, so its time does not count.
    if (round > 0) times.push(performance.now() - start)
    else
      say(
        `custom analysis, first: ${(performance.now() - start).toFixed(0)} ms, ${analysis.entitlements.length} entitlements`,
      )
  }
  const name = `custom analysis of ${divisionSize(size)} people, trigger to COMPLETED`
  const measures: Measure[] = [
    { measure: `${name}, median`, value: median(times) / 1000, unit: 's', goal: { atMost: 1 } },
    { measure: `${name}, longest`, value: Math.max(...times) / 1000, unit: 's' },
  ]
  return { analysis: analysis as GetCustomAnalysisResultResponse, measures }
}

async function evaluations(
  mining: Mining,
  { owner: { sql }, tenantId }: BenchPlatform,
  analysis: GetCustomAnalysisResultResponse,
  { evaluations: count }: Size,
): Promise<Measure[]> {
  const times: number[] = []
  const common = analysis.entitlements.filter(({ coverage }) => coverage > 0.5)
  for (let turn = 0; turn < count; turn++) {
    const { appId, entitlementId } = analysis.entitlements[turn % analysis.entitlements.length]!
    const explicitlyIncluded = turn % 2 === 0 ? [{ appId, entitlementId }] : []
    const minimumCoverageBasisPoints = 5000 + (turn % 50) * 80
    const request = { analysisId: analysis.id, minimumCoverageBasisPoints, explicitlyIncluded, includeFacets: true }
    times.push(await timed(() => mining.evaluateEntitlementSelection(request)))
  }
  // The holders of common entitlements, without facets.
  const wanted = common.map(({ appId, entitlementId }) => ({ appId, entitlementId }))
  const bySql = () => sql`
    with wanted as (
      select entitlements.key from jsonb_to_recordset(${sql.json(wanted)}) as one ("appId" text, "entitlementId" text)
      join entitlements on entitlements.tenant_id = ${tenantId} and entitlements.id = one."entitlementId"
    )
    select identity_key from grants
    where import_id = (select import_id from snapshots where tenant_id = ${tenantId}) and tenant_id = ${tenantId}
      and entitlement_key = any(array(select key from wanted)) and identity_key in (
        select key from identities where tenant_id = ${tenantId} and status = 'enabled' and type = 'human'
          and attributes->>'division' = ${analysis.profileFilters[0]!.values[0]!})
    group by identity_key having count(*) = ${wanted.length}`
  const sqlMs = median([await timed(bySql), await timed(bySql), await timed(bySql)])
  return [
    { measure: 'EvaluateEntitlementSelection with facets, p99', value: p99(times), unit: 'ms', goal: { atMost: 100 } },
    { measure: 'EvaluateEntitlementSelection with facets, median', value: median(times), unit: 'ms' },
    { measure: 'the holders alone by SQL, median', value: sqlMs, unit: 'ms' },
    { measure: 'EvaluateEntitlementSelection, times that SQL', value: median(times) / sqlMs, unit: 'x' },
  ]
}

async function suggestedReads(mining: Mining, platform: BenchPlatform): Promise<readonly Read[]> {
  const { list } = await mining.listSuggestions({})
  const ofDepartment = list.find(({ cohortFilters }) =>
    cohortFilters.some(({ attribute }) => attribute === 'department'),
  )
  const suggestion = ofDepartment ?? list[0]
  if (suggestion === undefined) throw new Error('the run found nothing')
  const department = ofDepartment?.cohortFilters.find(({ attribute }) => attribute === 'department')?.values[0]
  return readsOf(platform, suggestion.id, department ?? 'Department 0')
}

/** Measures each read with this number of clients, and right after it the same by SQL on ten connections. */
async function loadEach(
  { port, owner }: BenchPlatform,
  reads: readonly Read[],
  { loadMs }: Size,
  say: (text: string) => void,
): Promise<Measure[]> {
  const measures: Measure[] = []
  for (const { name, request, bySql } of reads) {
    await loadHttp(port, request, { connections: clients, ms: loadMs / 4 })
    const figures = await loadHttp(port, request, { connections: clients, ms: loadMs })
    const plain = await loadCalls(() => bySql(owner.sql), { connections: clients, ms: loadMs / 2 })
    say(`${name}: ${wordsOf(figures)}; by SQL ${wordsOf(plain)}`)
    measures.push(
      { measure: `${name}, ${clients} clients, p99`, value: figures.p99Ms, unit: 'ms', goal: { atMost: 50 } },
      { measure: `${name}, p99, times the SQL of ${clients} clients`, value: figures.p99Ms / plain.p99Ms, unit: 'x' },
    )
  }
  return measures
}

function wordsOf({ perSecond, medianMs, p99Ms }: LoadFigures): string {
  return `${perSecond.toFixed(0)} a second, median ${medianMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`
}

/**
 * Measures one run without load, then runs one after another during the reads. Each read is measured right before and right after without a
 * run, because the speed of the machine may change within minutes.
 */
async function runUnderReads(
  mining: Mining,
  { port, idle }: BenchPlatform,
  reads: readonly Read[],
  { loadMs }: Size,
  say: (text: string) => void,
): Promise<Measure[]> {
  await idle()
  const watch = new MemoryWatch([worker, server])
  const seconds = (await analysisSeconds(mining)).toFixed(1)
  say(`TriggerAnalysis on its own: ${seconds} s`)
  const underLoad: Measure[] = []
  for (const { name, request } of reads) {
    const quietP99 = async () => (await loadHttp(port, request, { connections: clients, ms: loadMs / 2 })).p99Ms
    const before = await quietP99()
    let isOver = false
    let longest = 0
    const runs = (async () => {
      while (!isOver) longest = Math.max(longest, await analysisSeconds(mining))
    })()
    const { p99Ms } = await loadHttp(port, request, { connections: clients, ms: loadMs })
    isOver = true
    await runs
    await idle()
    const without = (before + (await quietP99())) / 2
    say(
      `${name} while an analysis runs: p99 ${p99Ms.toFixed(1)} ms, without ${without.toFixed(1)} ms; longest run ${longest.toFixed(1)} s`,
    )
    const times = p99Ms / without
    underLoad.push({
      measure: `${name} while an analysis runs, p99, times without`,
      value: times,
      unit: 'x',
      goal: { atMost: 2 },
    })
  }
  const peakMb = await watch.stop()
  return [
    { measure: 'TriggerAnalysis, to COMPLETED', value: Number(seconds), unit: 's', goal: { atMost: 15 } },
    { measure: 'memory of the worker that mines', value: peakMb(worker), unit: 'MB', goal: { atMost: 1000 } },
    { measure: 'memory of the mining service', value: peakMb(server), unit: 'MB', goal: { atMost: 1000 } },
    ...underLoad,
  ]
}

async function analysisSeconds(mining: Mining): Promise<number> {
  const start = performance.now()
  const { runId } = await mining.triggerAnalysis({})
  for (;;) {
    await sleep(50)
    const run = (await mining.listRuns({})).list.find(({ id }) => id === runId)
    if (run === undefined || run.status === RunStatus.RUNNING) continue
    if (run.status !== RunStatus.COMPLETED) throw new Error(`the run ended with ${RunStatus[run.status]}`)
    return (performance.now() - start) / 1000
  }
}

function p99(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!
}
