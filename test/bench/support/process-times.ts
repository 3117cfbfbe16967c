import { readdir, readFile } from 'node:fs/promises'
import { type RunningProcess, runningProcesses } from '../../platform/processes.ts'

/** Whose processor time is told apart. */
export type Spender = 'gateway' | 'services' | 'postgres'

/**
 * Processor milliseconds of the platform that this process has started, and of the PostgreSQL in a folder, since each of their
 * processes began. Linux only.
 */
export async function processTimes(folder: string): Promise<Readonly<Record<Spender, number>>> {
  const all = await runningProcesses()
  const server = all.find(({ command }) => command.includes(folder) && /\bpostgres\b.* -D/.test(command))
  const times = { gateway: 0, services: 0, postgres: 0 }
  for (const one of all) {
    const spender = spenderOf(one, server?.pid)
    if (spender !== undefined) times[spender] += await processMs(one.pid)
  }
  return times
}

function spenderOf({ pid, parent, command }: RunningProcess, server: number | undefined): Spender | undefined {
  if (server !== undefined && (pid === server || parent === server)) return 'postgres'
  if (parent !== process.pid || !command.includes('--stopped')) return undefined
  if (command.includes('gateway/src/main.ts')) return 'gateway'
  return command.includes('src/main.ts') ? 'services' : undefined
}

/** Of all threads that it has; 0 for one that has ended. */
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
