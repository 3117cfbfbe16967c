import { readdir, readFile } from 'node:fs/promises'
import { type RunningProcess, runningProcesses } from '../../platform/processes.ts'

/** The parts whose processor time is measured separately. */
export type Spender = 'gateway' | 'services' | 'postgres'

/** By process. */
type ProcessTimes = ReadonlyMap<number, { readonly spender: Spender; readonly ms: number }>

/**
 * Processor time of the platform that this process has started, and of the PostgreSQL in a folder, since each of their processes began.
 * Linux only.
 */
export async function processTimes(folder: string): Promise<ProcessTimes> {
  const all = await runningProcesses()
  const server = all.find(({ command }) => command.includes(folder) && /\bpostgres\b.* -D/.test(command))
  const times = new Map<number, { readonly spender: Spender; readonly ms: number }>()
  for (const one of all) {
    const spender = spenderOf(one, server?.pid)
    if (spender !== undefined) times.set(one.pid, { spender, ms: await processMs(one.pid) })
  }
  return times
}

/** The milliseconds between two measurements. The time of processes that ended in between is not known and left out. */
export function spentBetween(before: ProcessTimes, after: ProcessTimes): Readonly<Record<Spender, number>> {
  const spent = { gateway: 0, services: 0, postgres: 0 }
  for (const [pid, { spender, ms }] of after) spent[spender] += ms - (before.get(pid)?.ms ?? 0)
  return spent
}

function spenderOf({ pid, parent, command }: RunningProcess, server: number | undefined): Spender | undefined {
  if (server !== undefined && (pid === server || parent === server)) return 'postgres'
  if (parent !== process.pid || !command.includes('--stopped')) return undefined
  if (command.includes('gateway/src/main.ts')) return 'gateway'
  return command.includes('src/main.ts') ? 'services' : undefined
}

/** The milliseconds of all its threads; 0 for a process that has ended. */
async function processMs(pid: number): Promise<number> {
  const folder = `/proc/${pid}/task`
  const threads = await readdir(folder).catch(() => [])
  const spent = await Promise.all(
    threads.map(async (thread) => {
      // The first field is nanoseconds on a processor (Documentation/scheduler/sched-stats.rst of Linux).
      const stat = await readFile(`${folder}/${thread}/schedstat`, 'utf8').catch(() => '0')
      return Number.parseInt(stat, 10) / 1e6
    }),
  )
  return spent.reduce((sum, ms) => sum + ms, 0)
}
