import { DomainError } from '@assay/errors'
import { ConfigError } from './config.ts'
import type { Logger } from './logger.ts'

/** What a process has started: where it serves, if it serves, and how to end it gracefully. */
export interface Started {
  readonly url?: string
  /** Where it shows its metrics. */
  readonly metricsUrl?: string
  stop(): Promise<void>
}

/**
 * An argument of a process whose parent stops it, one after another in its order: it leaves to the parent what a terminal sends to
 * all of its processes.
 */
export const stoppedByParent = '--stopped-by-parent'
/** Ctrl-C, and the end of the terminal. */
const ofTerminals = ['SIGINT', 'SIGHUP'] as const

/**
 * The life of a process: start, tell a parent that waits for it, stop on SIGTERM, on SIGINT, or when the parent is gone.
 * A start that fails ends the process with status 1; a wrong environment, or a database that
 * cannot be worked with, is told in plain words, without a stack.
 */
export async function runProcess(logger: Logger, start: () => Promise<Started>): Promise<void> {
  let started: Started | undefined
  let stopping = false
  const stop = async (reason: string) => {
    if (stopping) return
    stopping = true
    logger.info({ reason }, 'stopping')
    try {
      // Nothing is under way while it starts: there is nothing to wait for.
      await started?.stop()
      process.exit(0)
    } catch (error) {
      logger.error({ err: error }, 'the stop was not clean')
      process.exit(1)
    }
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  if (!process.argv.includes(stoppedByParent)) process.on('SIGINT', () => void stop('SIGINT'))
  else for (const signal of ofTerminals) process.on(signal, () => {})
  process.on('disconnect', () => void stop('the parent process is gone'))
  try {
    started = await start()
  } catch (error) {
    if (error instanceof ConfigError || error instanceof DomainError) process.stderr.write(`${error.message}\n`)
    else logger.fatal({ err: error }, 'cannot start')
    process.exit(1)
  }
  process.send?.({ ready: started.url ?? '', metricsUrl: started.metricsUrl })
}
