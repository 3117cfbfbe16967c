import { setTimeout as sleep } from 'node:timers/promises'
import { createApiClient } from '@assay/auth'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { RunStatus } from '@assay/contracts/c1/api/role_mining_management/v1/run_pb'
import { conductorone } from '@assay/dialects'
import { createTenant } from '@assay/store'
import { createClient } from '@connectrpc/connect'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { grpc, importFiles } from '../platform/platform.ts'
import { type Bench, type Measure, median } from './support/bench.ts'
import { type BenchPlatform, withBenchPlatform } from './support/bench-platform.ts'
import { holdConnections } from './support/holding-clients.ts'
import { requestBytes } from './support/http-load.ts'
import { type LoadOutcome, type Mix, offer, saturate } from './support/open-loop.ts'
import { writePlantedFiles } from './support/planted-files.ts'

const sizes = {
  small: { identities: 10_000, ms: 5_000, idleSockets: 500, settleMs: 5_000 },
  full: { identities: 30_000, ms: 20_000, idleSockets: 5_000, settleMs: 15_000 },
}
type Size = (typeof sizes)['full']

const times = [2, 5, 10]
/** Slightly more than the places of one tenant in the default setting. */
const clients = 8
/** Clients that occupy resources and make few requests. */
const held = { uploads: 12, readers: 12 }
/** The number of load phases before, with and after these clients, because the p99 of a single phase depends on a few calls. */
const rounds = 3
/** Calls a second of the tenant that stays below its share. */
const quietPerSecond = 4

export const bench: Bench = {
  about:
    'calls at 0.8 to 10 times what the platform can do, from one tenant beside a quiet one, and beside clients that hold what they do not use',
  async run({ scale, say }) {
    const size = sizes[scale]
    // The slow readers use SailPoint's API, and make a new request when they are cut off.
    process.env.ASSAY_SAILPOINT_RATE_LIMIT = '0'
    return withBenchPlatform(async (platform) => {
      await writePlantedFiles(platform.folder, size)
      await platform.load(platform.folder)
      await platform.owner.sql`vacuum analyze`
      const busy = await mixOf(platform.port, platform.token, 'division', 'Division 0')
      const quiet = await smallTenant(platform, 'quiet')
      return [...(await overload(platform, busy, quiet, size, say)), ...(await underHolding(platform, busy, size, say))]
    })
  },
}

/**
 * For each factor, the capacity and the calls at 0.8 of the capacity are measured right before, because the speed of the machine may change
 * within minutes. Capacity and success include the time until the analyses that the calls requested have ended: work that is only delayed
 * does not count as done.
 */
async function overload(
  { port, idle }: BenchPlatform,
  busy: Mix,
  quiet: Mix,
  { ms }: Size,
  say: (text: string) => void,
): Promise<readonly Measure[]> {
  const measures: Measure[] = []
  await saturate(port, busy, clients, ms / 2)
  for (const factor of times) {
    const untilIdle = async (load: () => Promise<LoadOutcome>) => {
      await idle()
      const start = performance.now()
      const outcome = await load()
      await idle()
      return { outcome, perSecond: (outcome.succeeded / (performance.now() - start)) * 1000 }
    }
    const { perSecond: capacity } = await untilIdle(() => saturate(port, busy, clients, ms / 2))
    const stretch = async (part: number) => {
      const [{ outcome, perSecond }, other] = await Promise.all([
        untilIdle(() => offer(port, busy, capacity * part, ms)),
        offer(port, quiet, quietPerSecond, ms, 7),
      ])
      say(`${part} times ${capacity.toFixed(0)} a second: ${words(outcome)}`)
      say(`  the quiet tenant: ${words(other)}`)
      return { outcome, perSecond, other }
    }
    const below = await stretch(0.8)
    const { outcome, perSecond, other } = await stretch(factor)
    const at = `${factor} times capacity`
    const none = { unit: 'calls', goal: { atMost: 0 } }
    measures.push(
      { measure: `${at}: capacity, calls a second`, value: capacity, unit: '1/s' },
      {
        measure: `${at}: successful, of capacity`,
        value: perSecond / capacity,
        unit: 'x',
        goal: { atLeast: 0.8 },
      },
      { measure: `${at}: p99 of successful`, value: outcome.p99Ms, unit: 'ms' },
      {
        measure: `${at}: the same, times that at 0.8`,
        value: outcome.p99Ms / below.outcome.p99Ms,
        unit: 'x',
        goal: { atMost: 2 },
      },
      { measure: `${at}: p99 of refusals`, value: outcome.refusedP99Ms, unit: 'ms', goal: { atMost: 50 } },
      { measure: `${at}: p99 of how late the generator sent`, value: outcome.lateP99Ms, unit: 'ms' },
      { measure: `${at}: refusals without Retry-After`, value: outcome.refusedInSilence, ...none },
      { measure: `${at}: resets`, value: outcome.resets + other.resets, ...none },
      { measure: `${at}: other failures`, value: sum(outcome.others) + sum(other.others), ...none },
      { measure: `${at}: refusals of a tenant below its share`, value: other.refused, ...none },
      { measure: `${at}: p99 of that tenant`, value: other.p99Ms, unit: 'ms' },
    )
  }
  return measures
}

/** Measures calls with and without clients that occupy connections, request bodies and responses. */
async function underHolding(
  platform: BenchPlatform,
  mix: Mix,
  { ms, idleSockets, settleMs }: Size,
  say: (text: string) => void,
): Promise<readonly Measure[]> {
  const p99s = async (): Promise<readonly number[]> => {
    const measured: number[] = []
    for (let round = 0; round < rounds; round++) {
      measured.push((await saturate(platform.port, mix, clients, ms / 2)).p99Ms)
      await platform.idle()
    }
    return measured
  }
  const before = await p99s()
  const holders = await holdConnections(platform, { ...held, idleSockets })
  // The downloads continue until the buffers of their connections are full.
  await sleep(settleMs)
  say(`held: ${JSON.stringify(holders.open())}`)
  const beside = await p99s()
  say(`held: ${JSON.stringify(holders.open())}`)
  await holders.release()
  const alone = [...before, ...(await p99s())]
  say(`p99 alone ${shown(alone)} ms, beside those who hold ${shown(beside)} ms`)
  const who = `${held.uploads} dripping uploads, ${held.readers} slow readers and ${idleSockets} idle sockets`
  return [
    { measure: `p99 of calls without ${who}`, value: median(alone), unit: 'ms' },
    {
      measure: 'the same beside them, times that without',
      value: median(beside) / median(alone),
      unit: 'x',
      goal: { atMost: 1.2 },
    },
  ]
}

function shown(times: readonly number[]): string {
  return times.map((ms) => ms.toFixed(0)).join(' ')
}

/** Evaluations of a cohort, lists, and custom analyses, which a worker makes at the same time. */
async function mixOf(port: number, token: string, attribute: string, value: string): Promise<Mix> {
  const mining = createClient(RoleMiningManagementService, grpc(`http://127.0.0.1:${port}`, token))
  const profileFilters = [{ attribute, values: [value] }]
  const { id } = await mining.triggerCustomAnalysis({ profileFilters })
  for (let status = RunStatus.RUNNING; status === RunStatus.RUNNING; await sleep(20)) {
    status = (await mining.getCustomAnalysisResult({ id })).status
    if (status === RunStatus.FAILED) throw new Error('the custom analysis of the mix failed')
  }
  const fields = { Authorization: `Bearer ${token}` }
  const base = '/api/v1/role-mining'
  const evaluations = Array.from({ length: 40 }, (_, i) =>
    requestBytes('POST', `${base}/custom-analysis/${id}/evaluate-entitlement-selection`, fields, {
      minimumCoverageBasisPoints: 5000 + i * 100,
      includeFacets: true,
    }),
  )
  const lists = [
    requestBytes('GET', `${base}/suggestions`, fields),
    requestBytes('POST', '/api/v1/search/users', fields, { query: 'person', pageSize: 100 }),
    requestBytes('GET', `${base}/runs`, fields),
  ]
  const analysis = requestBytes('POST', `${base}/custom-analysis/trigger`, fields, { profileFilters })
  const pick = (from: readonly Buffer[], random: number) => from[Math.floor(random * from.length)]!
  return (random) => {
    if (random < 0.6) return pick(evaluations, random / 0.6)
    return random < 0.98 ? pick(lists, (random - 0.6) / 0.38) : analysis
  }
}

/** Another tenant with a few people. */
async function smallTenant({ port, owner, idle }: BenchPlatform, name: string): Promise<Mix> {
  const baseUrl = `http://127.0.0.1:${port}`
  const { tenantId } = await createTenant(owner.sql, name)
  const client = await createApiClient(owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role: 'admin',
    displayName: 'bench',
    host: '127.0.0.1',
  })
  const token = await fetchToken(baseUrl, client)
  const people = Array.from({ length: 200 }, (_, i) => `p${i},Department ${i % 10}`)
  const grants = people.flatMap((_, i) => [`p${i},all`, `p${i},e${i % 10}`])
  await importFiles(baseUrl, token, {
    'identities.csv': `id,department\n${people.join('\n')}\n`,
    'grants.csv': `identity_id,entitlement_id\n${grants.join('\n')}\n`,
  })
  await idle()
  return mixOf(port, token, 'department', 'Department 0')
}

function words(outcome: LoadOutcome): string {
  const ms = (value: number) => `${value.toFixed(0)} ms`
  const { offered, perSecond, p50Ms, p99Ms, refused, refusedP99Ms, lateP99Ms, resets } = outcome
  const faults = [...outcome.others].map(([status, count]) => `, ${count} of status ${status}`).join('')
  return `${offered} offered, p99 ${ms(lateP99Ms)} late; ${perSecond.toFixed(0)} a second succeed, p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}; ${refused} refused, p99 ${ms(refusedP99Ms)}; ${resets} resets${faults}`
}

function sum(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0)
}
