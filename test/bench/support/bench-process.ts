import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A server in a separate process, with a core and memory of its own. */
export interface BenchProcess {
  readonly port: number
  /** The processor time since its start, and the most memory since the last call. */
  usage(): Promise<Usage>
  stop(): Promise<void>
}

interface Usage {
  readonly cpuMs: number
  readonly peakRssMb: number
}

/** Starts a script of this folder that calls `serveParent`. */
export async function startProcess(script: string, ...args: readonly string[]): Promise<BenchProcess> {
  const child = fork(join(import.meta.dirname, script), args, { env: { ...process.env, ASSAY_LOG_LEVEL: 'info' } })
  const { port } = await answerOf<{ port: number }>(child)
  return {
    port,
    usage: () => {
      const answer = answerOf<Usage>(child)
      child.send('usage')
      return answer
    },
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const listening = new AbortController()
  const { signal } = listening
  const ended = once(child, 'exit', { signal }).then(([status]) => {
    throw new Error(`a server of the benchmark ended with status ${status}`)
  })
  ended.catch(() => {}) // heard below, or nobody waits any more
  const [answer] = (await Promise.race([once(child, 'message', { signal }), ended])) as [T]
  listening.abort()
  return answer
}

/** The other side: sends the port to the parent, and answers its requests. */
export function serveParent(port: number): void {
  let peak = 0
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  setInterval(look, 50).unref()
  process.on('message', () => {
    look()
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuMs: (user + system) / 1000, peakRssMb: peak / 2 ** 20 })
    peak = 0
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ port })
}
