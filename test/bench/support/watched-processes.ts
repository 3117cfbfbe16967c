import { readdir } from 'node:fs/promises'
import { type RunningProcess, runningProcesses } from '../../platform/processes.ts'
import { median } from './bench.ts'
import type { BenchPlatform } from './bench-platform.ts'
import type { LiveMemory } from './live-memory.ts'
import { theilSen } from './robust-figures.ts'

/** The processes of the platform, by parts of their command lines. */
const parts = {
  gateway: 'gateway/src/main.ts',
  mining: 'mining/src/main.ts',
  'mining-worker': 'mining/src/worker.ts',
  'iai-sessions': 'iai-sessions/src/main.ts',
}
const lookMs = 5_000

async function processes(): Promise<Map<string, RunningProcess>> {
  const all = await runningProcesses()
  const found = Object.entries(parts).flatMap(([name, part]) => {
    const one = all.find(({ parent, command }) => parent === process.pid && command.includes(part))
    return one === undefined ? [] : ([[name, one]] as const)
  })
  return new Map(found)
}

/** The resident memory of each process, measured every five seconds. */
export class MemorySamples {
  readonly #points = new Map<string, [minute: number, megabytes: number][]>()
  readonly #start = performance.now()
  readonly #timer = setInterval(() => void this.#look(), lookMs)

  async #look(): Promise<void> {
    const minute = this.minute
    for (const [name, { residentBytes }] of await processes()) {
      this.#points.set(name, [...(this.#points.get(name) ?? []), [minute, residentBytes / 2 ** 20]])
    }
  }

  /** The minutes since the first measurement. */
  get minute(): number {
    return (performance.now() - this.#start) / 60_000
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** The growth of each process from a minute on, in megabytes a minute. */
  slopes(fromMinute: number): Map<string, number> {
    return new Map([...this.#points].map(([name, points]) => [name, theilSen(points.filter(([x]) => x >= fromMinute))]))
  }

  /**
   * The same for the minimum of each period of so many minutes. Garbage that waits for its collection rises and falls and does not raise
   * the minimum; memory that is never released does.
   */
  floorSlopes(stretchMinutes: number): Map<string, number> {
    return new Map(
      [...this.#points].map(([name, points]) => {
        const stretches = Map.groupBy(points, ([minute]) => Math.floor(minute / stretchMinutes))
        const floors = [...stretches].map(
          ([stretch, of]) => [stretch * stretchMinutes, Math.min(...of.map(([, mb]) => mb))] as [number, number],
        )
        return [name, theilSen(floors)]
      }),
    )
  }

  /** The median of each minute, by process. */
  byMinute(): Map<string, string> {
    return new Map(
      [...this.#points].map(([name, points]) => {
        const minutes = Map.groupBy(points, ([minute]) => Math.floor(minute))
        return [name, [...minutes.values()].map((of) => median(of.map(([, mb]) => mb)).toFixed(0)).join(' ')]
      }),
    )
  }
}

/** The memory of each process after its garbage was collected. */
export async function liveMemories(of: (pid: number) => Promise<LiveMemory>): Promise<Map<string, LiveMemory>> {
  const found = [...(await processes())].map(async ([name, { pid }]) => [name, await of(pid)] as const)
  return new Map(await Promise.all(found))
}

/** Open files and sockets of each process, and its connections to the database, by kind. */
export async function openThings({ owner }: BenchPlatform): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const [name, { pid }] of await processes()) {
    const open = await readdir(`/proc/${pid}/fd`).catch(() => [])
    found.set(`handles of ${name}`, open.length)
  }
  const pools = await owner.sql<{ name: string; connections: number }[]>`
    select application_name as name, count(*)::integer as connections from pg_stat_activity
    where application_name like 'assay-%' and application_name not like 'assay-bench%' group by application_name`
  for (const { name, connections } of pools) found.set(`connections of ${name}`, connections)
  return found
}
