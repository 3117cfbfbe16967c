import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { prometheusProgram, type RunningPrometheus, startPrometheus } from '../platform/prometheus.ts'
import type { Bench, Measure } from './support/bench.ts'
import { type BenchPlatform, withBenchPlatform } from './support/bench-platform.ts'
import { type BenchTenant, makeBenchTenant } from './support/bench-tenant.ts'
import { type LiveMemory, withLiveMemory } from './support/live-memory.ts'
import { type LoadOutcome, offer, saturate } from './support/open-loop.ts'
import { growthOf, tableRows } from './support/table-growth.ts'
import { liveMemories, MemorySamples, openThings } from './support/watched-processes.ts'

const sizes = {
  small: { people: 300, perSecond: 1, minutes: 4, everyMs: 60_000 },
  full: { people: 2_000, perSecond: 8, minutes: 60, everyMs: 60_000 },
}
type Size = (typeof sizes)['full']

const tenantCount = 5
/** Idle connections are closed after 65 seconds without a call. */
const quietMs = 75_000

type Say = (text: string) => void
type LiveMemoryOf = (pid: number) => Promise<LiveMemory>

export const bench: Bench = {
  about:
    'mixed load of five tenants for --minutes (full: 60): reads, evaluations, decisions, sessions, calls of the console, and an import and minings of each every minute; memory, handles, connections, rows and alerts over it',
  async run({ scale, minutes, say }) {
    const size = { ...sizes[scale], ...(minutes !== undefined && { minutes }) }
    process.env.ASSAY_SAILPOINT_RATE_LIMIT = '0'
    return withLiveMemory((liveMemoryOf) =>
      withBenchPlatform(
        async (platform) => {
          const tenants: BenchTenant[] = []
          for (let number = 0; number < tenantCount; number++) {
            tenants.push(await makeBenchTenant(platform, `tenant ${number}`, size.people, number))
          }
          await platform.owner.sql`vacuum analyze`
          const prometheus = await prometheusFor(platform, say)
          try {
            return await soak(platform, tenants, size, prometheus, liveMemoryOf, say)
          } finally {
            await prometheus?.stop()
          }
        },
        { showsMetrics: true },
      ),
    )
  },
}

async function prometheusFor({ metrics, folder }: BenchPlatform, say: Say): Promise<RunningPrometheus | undefined> {
  if (prometheusProgram !== undefined)
    return await startPrometheus({ folder: join(folder, '../prometheus'), targets: metrics })
  say('The alerts are not evaluated: prometheus is not installed here')
  return undefined
}

/**
 * The first quarter fills caches, compiles code and opens connections. Then open handles and rows are counted without load, and again at
 * the end. Memory is measured during the other three quarters. A process without load during the counting has collected its garbage, so
 * there is load for some minutes before the next measurement.
 */
async function soak(
  platform: BenchPlatform,
  tenants: readonly BenchTenant[],
  size: Size,
  prometheus: RunningPrometheus | undefined,
  liveMemoryOf: LiveMemoryOf,
  say: Say,
): Promise<readonly Measure[]> {
  const { minutes } = size
  const quarterMs = (minutes / 4) * 60_000
  // Opens the connections that pools open on demand: the services' by calls of all tenants at the same time, the gateway's by new tokens.
  await Promise.all(tenants.map(({ mix }) => saturate(platform.port, mix, 16, 5_000)))
  await Promise.all(tenants.map((tenant) => tenant.useFreshTokens(8)))
  say(`${tenants.length} tenants are loaded, and the ${minutes} minutes begin`)
  const begun = performance.now()
  const first = await load(platform, tenants, size, quarterMs, 100, say)
  const before = await counted(platform, liveMemoryOf)
  say('a quarter is over')
  const again = await load(platform, tenants, size, quarterMs / 3, 150, say)
  say('memory is watched from now on')
  const memory = new MemorySamples()
  const rest = await load(platform, tenants, size, 3 * quarterMs, 200, say)
  const loads = [first, again, rest]
  const outcomes = loads.flatMap((one) => one.outcomes)
  memory.stop()
  const after = await counted(platform, liveMemoryOf)
  for (const [name, live] of after.live) {
    const [from, to] = [megabytesOf(before.live.get(name)), megabytesOf(live)].map((mb) => mb.toFixed(1))
    say(`live memory of ${name} after a collection: ${from} to ${to} MB`)
  }
  for (const [name, megabytes] of memory.byMinute()) say(`MB of ${name} by minute: ${megabytes}`)
  say(`${total(outcomes, 'succeeded')} of ${total(outcomes, 'offered')} calls succeeded`)
  const growth = growthOf(before.rows, after.rows)
  for (const { table, before, after, boundedBy } of growth) {
    say(`rows of ${table}: ${before} to ${after}${boundedBy === undefined ? '' : `; what ends it: ${boundedBy}`}`)
  }
  const fired = await prometheus?.fired((performance.now() - begun) / 60_000 + 1)
  for (const name of fired ?? []) say(`the alert ${name} was raised`)
  return [
    ...[...memory.slopes(0)].map(
      ([name, slope]): Measure => ({
        measure: `${minutes} minutes, resident memory of ${name}, Theil-Sen slope of the last three quarters`,
        value: slope,
        unit: 'MB/min',
        goal: { atMost: 0.5 },
      }),
    ),
    ...[...memory.floorSlopes(minutes / 12)].map(
      ([name, slope]): Measure => ({
        measure: `the same of ${name}, of the least of each ${Number((minutes / 12).toFixed(1))} minutes`,
        value: slope,
        unit: 'MB/min',
      }),
    ),
    ...[...after.live].map(
      ([name, now]): Measure => ({
        measure: `live memory of ${name}, heap and buffers after a collection, more at the end than after a quarter`,
        value: (megabytesOf(now) - megabytesOf(before.live.get(name))) / (after.minute - before.minute),
        unit: 'MB/min',
      }),
    ),
    ...[...after.open].map(
      ([name, count]): Measure => ({
        measure: `${name}, more at the end than after a quarter`,
        value: count - (before.open.get(name) ?? 0),
        unit: 'open',
        goal: { atMost: 0 },
      }),
    ),
    {
      measure: 'tables that grew and that nothing bounds',
      value: growth.filter(({ boundedBy }) => boundedBy === undefined).length,
      unit: 'tables',
      goal: { atMost: 0 },
    },
    {
      measure: 'calls that failed, refusals apart',
      value: outcomes.reduce((sum, { others, resets }) => sum + resets + sumOf(others), 0),
      unit: 'calls',
      goal: { atMost: 0 },
    },
    {
      measure: 'imports and minings that failed',
      value: loads.reduce((sum, { failures }) => sum + failures, 0),
      unit: 'rounds',
      goal: { atMost: 0 },
    },
    {
      // Without imports and minings a slope means nothing, because they replace the data that use memory.
      measure: 'imports with minings that succeeded, one a minute and tenant being due',
      value:
        loads.reduce((sum, { rounds }) => sum + rounds, 0) /
        Math.max(
          1,
          loads.reduce((sum, { due }) => sum + due, 0),
        ),
      unit: 'of 1',
      goal: { atLeast: 0.9 },
    },
    ...(fired === undefined
      ? []
      : [{ measure: 'alerts raised', value: fired.length, unit: 'alerts', goal: { atMost: 0 } }]),
  ]
}

interface LoadResult {
  readonly outcomes: readonly LoadOutcome[]
  /** The number of imports with minings that are due if each takes less than `everyMs`, and the number that succeeded. */
  readonly due: number
  readonly rounds: number
  readonly failures: number
}

/** Makes calls of all tenants, and at the same time an import and minings of each tenant, one tenant after the other. */
async function load(
  { port }: BenchPlatform,
  tenants: readonly BenchTenant[],
  { perSecond, everyMs }: Size,
  ms: number,
  seed: number,
  say: Say,
): Promise<LoadResult> {
  const until = performance.now() + ms
  const startOf = (place: number) => (everyMs / tenants.length) * place
  const failures: string[] = []
  let rounds = 0
  const work = async (tenant: BenchTenant, place: number) => {
    await sleep(startOf(place))
    while (performance.now() < until - everyMs / 2) {
      const next = performance.now() + everyMs
      try {
        await tenant.importAgain()
        await tenant.mineAgain()
        rounds++
      } catch (error) {
        failures.push(`${tenant.name}: ${error}`)
      }
      if (performance.now() > next)
        say(`${tenant.name}: an import and its minings took longer than ${everyMs / 1000} s`)
      await sleep(Math.max(0, Math.min(next, until) - performance.now()))
    }
  }
  const working = tenants.map(work)
  const outcomes = await Promise.all(tenants.map(({ mix }, i) => offer(port, mix, perSecond, ms, seed + i)))
  await Promise.all(working)
  const faults = new Map<number, number>()
  for (const { others } of outcomes) {
    for (const [status, count] of others) faults.set(status, (faults.get(status) ?? 0) + count)
  }
  for (const [status, count] of faults) say(`${count} calls were answered ${status}`)
  for (const failure of failures) say(failure)
  const dueOf = (place: number) => Math.max(0, Math.ceil((ms - everyMs / 2 - startOf(place)) / everyMs))
  const due = tenants.reduce((sum, _, place) => sum + dueOf(place), 0)
  return { outcomes, due, rounds, failures: failures.length }
}

async function counted(platform: BenchPlatform, liveMemoryOf: LiveMemoryOf) {
  await platform.idle()
  await sleep(quietMs)
  const minute = performance.now() / 60_000
  const live = await liveMemories(liveMemoryOf)
  return { minute, live, open: await openThings(platform), rows: await tableRows(platform.owner.sql) }
}

function megabytesOf(memory: LiveMemory | undefined): number {
  return memory === undefined ? 0 : (memory.heapBytes + memory.outsideBytes) / 2 ** 20
}

function total(outcomes: readonly LoadOutcome[], of: 'offered' | 'succeeded'): number {
  return outcomes.reduce((sum, outcome) => sum + outcome[of], 0)
}

function sumOf(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}
