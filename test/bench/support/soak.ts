import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { runningProcesses } from '../../platform/processes.ts'
import { type Measure, median } from './bench.ts'
import type { BenchPlatform } from './bench-platform.ts'
import { type Mix, offer, saturate } from './open-loop.ts'

/** The processes of the platform, by what their command lines hold. */
const parts = {
  gateway: 'gateway/src/main.ts',
  mining: 'mining/src/main.ts',
  'mining worker': 'mining/src/worker.ts',
  sessions: 'iai-sessions/src/main.ts',
}

/** Calls a second of each tenant; about half of what two processors can do with small tenants. */
const perSecond = [20, 20, 20]
/** Kept connections are closed after 65 seconds without a call. */
const quietMs = 75_000
const lookMs = 5_000

/**
 * Load of several tenants for so many minutes. Memory is watched over the last three quarters, since caches and code
 * fill in the first; open files and connections are counted without load, after a first minute and at the end.
 */
export async function soak(
  platform: BenchPlatform,
  tenants: readonly Mix[],
  minutes: number,
  say: (text: string) => void,
): Promise<readonly Measure[]> {
  const { port } = platform
  const load = (ms: number, seed: number) =>
    Promise.all(tenants.map((mix, i) => offer(port, mix, perSecond[i]!, ms, seed + i)))
  // Opens the connections that pools open when they are needed.
  for (const mix of tenants) await saturate(port, mix, 32, 2000)
  await load(60_000, 100)
  await platform.idle()
  await sleep(quietMs)
  const before = await counts(platform)
  const samples = new Map<string, [minute: number, megabytes: number][]>()
  const start = performance.now()
  const look = async () => {
    const minute = (performance.now() - start) / 60_000
    for (const [name, { residentBytes }] of await processes()) {
      samples.set(name, [...(samples.get(name) ?? []), [minute, residentBytes / 2 ** 20]])
    }
  }
  const timer = setInterval(() => void look(), lookMs)
  const outcomes = await load(minutes * 60_000, 200)
  clearInterval(timer)
  for (const [name, points] of samples) say(`soak: MB of the ${name} by minute: ${byMinute(points)}`)
  say(`soak: ${outcomes.map(({ offered, succeeded }) => `${succeeded} of ${offered}`).join(', ')} calls succeeded`)
  await platform.idle()
  await sleep(quietMs)
  const after = await counts(platform)
  return [
    ...[...samples].map(
      ([name, points]): Measure => ({
        measure: `soak of ${minutes} minutes, resident memory of the ${name}, Theil-Sen slope`,
        value: theilSen(points.filter(([minute]) => minute >= minutes / 4)),
        unit: 'MB/min',
        goal: { atMost: 1 },
      }),
    ),
    ...[...after].map(
      ([name, count]): Measure => ({
        measure: `soak, ${name}, more at the end than after a minute`,
        value: count - (before.get(name) ?? 0),
        unit: 'open',
        goal: { atMost: 0 },
      }),
    ),
  ]
}

async function processes() {
  const all = await runningProcesses()
  const found = Object.entries(parts).flatMap(([name, part]) => {
    const one = all.find(({ parent, command }) => parent === process.pid && command.includes(part))
    return one === undefined ? [] : ([[name, one]] as const)
  })
  return new Map(found)
}

/** The median of each minute. */
function byMinute(points: readonly (readonly [minute: number, megabytes: number])[]): string {
  const minutes = Map.groupBy(points, ([minute]) => Math.floor(minute))
  return [...minutes.values()].map((of) => median(of.map(([, megabytes]) => megabytes)).toFixed(0)).join(' ')
}

/** Open files and sockets of each process, and its connections to the database. */
async function counts({ owner }: BenchPlatform): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const [name, { pid }] of await processes()) {
    const open = await readdir(`/proc/${pid}/fd`).catch(() => [])
    found.set(`handles of the ${name}`, open.length)
  }
  const pools = await owner.sql<{ name: string; connections: number }[]>`
    select application_name as name, count(*)::integer as connections from pg_stat_activity
    where application_name like 'assay-%' and application_name not like 'assay-bench%' group by application_name`
  for (const { name, connections } of pools) found.set(`connections of ${name} to the database`, connections)
  return found
}

/** The median of the slopes between all pairs of points, which single peaks do not move. */
function theilSen(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes: number[] = []
  for (const [i, [x, y]] of points.entries()) {
    for (const [later, higher] of points.slice(i + 1)) slopes.push((higher - y) / (later - x))
  }
  return slopes.length === 0 ? 0 : median(slopes)
}
