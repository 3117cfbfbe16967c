import { flushCompileCache } from 'node:module'
import { DomainError } from '@assay/errors'
import { collectWholeHeap } from '@assay/threads'
import { ConfigError, type Setting } from './config.ts'
import { explainArgument, explainSettings } from './explained-settings.ts'
import type { Logger } from './logger.ts'
import { unknownVariables } from './variables.ts'

/** A started process: its address, if it serves, and a function that stops it gracefully. */
export interface Started {
  readonly url?: string
  /** The address of its metrics. */
  readonly metricsUrl?: string
  stop(): Promise<void>
}

/**
 * An argument of a process whose parent stops the processes in an order: the process ignores the signals that a terminal sends to all of
 * them.
 */
export const stoppedByParent = '--stopped-by-parent'
/** The signals of Ctrl-C and of the end of the terminal. */
const ofTerminals = ['SIGINT', 'SIGHUP'] as const

/**
 * Runs a process: starts it, notifies a waiting parent, and stops it on SIGTERM, on SIGINT, or when the parent has ended. A failed start
 * ends the process with status 1; for a wrong environment or an unusable database, the message has no stack.
 * @param settings the settings that the process reads; with `--explain-settings` it prints them and exits
 */
export async function runProcess(
  logger: Logger,
  settings: Readonly<Record<string, Setting<unknown>>>,
  start: () => Promise<Started>,
): Promise<void> {
  if (process.argv.includes(explainArgument)) {
    process.stdout.write(`${JSON.stringify(explainSettings(process.env, settings))}\n`)
    return
  }
  for (const variable of unknownVariables(process.env)) {
    logger.warn(`${variable} is set, and nothing reads it: "assay config --explain" names all variables`)
  }
  let started: Started | undefined
  let stopping = false
  const stop = async (reason: string) => {
    if (stopping) return
    stopping = true
    logger.info({ reason }, 'stopping')
    try {
      // While the process starts, no work is running, so it exits at once.
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
  // For the next start, also if this process is killed: half of a first start is compilation.
  flushCompileCache()
  collectWholeHeap()
  process.send?.({ ready: started.url ?? '', metricsUrl: started.metricsUrl })
}
