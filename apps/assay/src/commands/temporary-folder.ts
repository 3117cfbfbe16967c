import { rmSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'

const prefix = 'assay-import-'

/** Ctrl-C or SIGTERM ended a command while work was running that could be stopped cleanly. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly status: number

  /** @param isUncertain the sent data were not aborted and may come into force */
  constructor(signal: 'SIGINT' | 'SIGTERM', isUncertain = false) {
    super(
      isUncertain
        ? 'Interrupted; the sent data may still be loaded: assay sources shows the data in force and the loads that have not ended.'
        : 'Interrupted; nothing was loaded.',
    )
    this.status = 128 + constants.signals[signal]
  }
}

/** Runs work that is stopped cleanly when the process is interrupted: its signal is aborted with an Interrupted as reason. */
export type Gracefully = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>

/**
 * Gives `use` a temporary folder, which is removed at the end. When the process is interrupted, it ends at once; within `gracefully`, the
 * first interruption aborts the signal and a second one ends the process. Folders of killed processes are removed first.
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

/** The folder of another command is not removed while its process runs. */
async function removeLeftovers(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => [])
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const [, pid] = /^assay-import-(\d+)-/.exec(name) ?? []
    // A folder of another user cannot be removed; that does not prevent the load.
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
