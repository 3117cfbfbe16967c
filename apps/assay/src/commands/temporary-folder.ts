import { rmSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'

const prefix = 'assay-import-'

/** Ctrl-C, or a request to stop, while something was going on that could be left in order. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly status: number

  /** @param isUncertain what was sent was not given up, and may come into force */
  constructor(signal: 'SIGINT' | 'SIGTERM', isUncertain = false) {
    super(
      isUncertain
        ? 'Interrupted; what was sent may still be loaded: assay sources shows what is in force and what has not ended.'
        : 'Interrupted; nothing was loaded.',
    )
    this.status = 128 + constants.signals[signal]
  }
}

/** What has to be left in order when the process is interrupted: it is told by the signal, with an Interrupted as reason. */
export type Gracefully = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>

/**
 * Gives `use` a folder that is removed at its end, also when the process is interrupted: at once, or within `gracefully`
 * by the signal first and at once by a second interruption. Folders of processes that were killed are removed before.
 */
export async function withTemporaryFolder<T>(
  parent: string,
  use: (folder: string, gracefully: Gracefully) => Promise<T>,
): Promise<T> {
  await removeLeftovers(parent)
  const folder = await mkdtemp(join(parent, `${prefix}${process.pid}-`))
  const interruption = new AbortController()
  let isGraceful = false
  const stop = (signal: 'SIGINT' | 'SIGTERM') => {
    if (isGraceful && !interruption.signal.aborted) {
      interruption.abort(new Interrupted(signal))
      return
    }
    const reason = new Interrupted(signal, isGraceful)
    rmSync(folder, { recursive: true, force: true })
    process.stderr.write(`${reason.message}\n`)
    process.exit(reason.status)
  }
  const gracefully: Gracefully = async (work) => {
    isGraceful = true
    try {
      return await work(interruption.signal)
    } catch (error) {
      interruption.signal.throwIfAborted()
      throw error
    } finally {
      isGraceful = false
    }
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    return await use(folder, gracefully)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await rm(folder, { recursive: true, force: true })
  }
}

/** Another command may be at work: its folder stays as long as its process lives. */
async function removeLeftovers(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => [])
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const [, pid] = /^assay-import-(\d+)-/.exec(name) ?? []
    // What belongs to another user stays; it is no reason not to load.
    if (pid === undefined || !isAlive(Number(pid))) {
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => {})
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
