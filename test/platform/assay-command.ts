import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { vi } from 'vitest'
import { type RunningProcess, runningProcesses } from './processes.ts'

const main = join(import.meta.dirname, '../../apps/assay/src/main.ts')

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command line as users run it: a separate process, configured only by its environment. */
export class AssayCommand {
  readonly #environment: NodeJS.ProcessEnv
  readonly #started = new Set<ChildProcess>()

  constructor(environment: Readonly<Record<string, string>>) {
    const { DATABASE_URL: _, ...inherited } = process.env
    // Mining has a low priority within its session, which here includes the other tests.
    this.#environment = { ASSAY_WORKER_NICENESS: '0', ...inherited, ...environment }
  }

  /** Runs a command to its end. */
  async run(...words: string[]): Promise<Outcome> {
    const child = this.#spawn(words)
    const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    return { status, stdout, stderr }
  }

  /** Runs `start`, and resolves when the first line is out. */
  async start(...options: string[]): Promise<StartedAssay> {
    const child = this.#spawn(['start', ...options])
    const out = text(child.stdout.on('data', () => {}))
    const err = text(child.stderr)
    const ended = once(child, 'exit') as Promise<[number | null]>
    await Promise.race([once(child.stdout, 'data'), ended])
    if (child.exitCode !== null) throw new Error(`it did not start: ${await err}`)
    const processes = await descendants(child.pid ?? 0)
    return {
      pid: child.pid ?? 0,
      processes,
      async stop(signal) {
        child.kill(signal)
        const [status] = await ended
        return { status, stdout: await out, stderr: await err }
      },
    }
  }

  /** Ends processes that a failed test has left. */
  killAll(): void {
    for (const child of this.#started) child.kill('SIGKILL')
  }

  #spawn(words: readonly string[]) {
    const child = spawn(process.execPath, [main, ...words], {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#started.add(child)
    child.once('exit', () => this.#started.delete(child))
    return child
  }
}

export interface StartedAssay {
  readonly pid: number
  /** All processes that it has started, directly or indirectly. */
  readonly processes: readonly RunningProcess[]
  /** Sends the signal. @returns the whole output of the process */
  stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<Outcome>
}

async function descendants(ancestor: number): Promise<RunningProcess[]> {
  const all = await runningProcesses()
  const found = all.filter(({ parent }) => parent === ancestor)
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid))
  return found
}

/** Resolves when none of the processes runs any more. */
export async function allGone(processes: readonly RunningProcess[]): Promise<void> {
  const wasThere = new Map(processes.map(({ pid, command }) => [pid, command]))
  await vi.waitFor(
    async () => {
      const left = (await runningProcesses()).filter(({ pid, command }) => wasThere.get(pid) === command)
      if (left.length > 0) throw new Error(`still running: ${left.map(({ command }) => command).join('; ')}`)
    },
    { timeout: 300_000, interval: 50 },
  )
}
