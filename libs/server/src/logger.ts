import pino from 'pino'
import type { Setting } from './config.ts'
import { jobAttempt } from './metrics/jobs.ts'
import { requestInProgress } from './request-scope.ts'

/** pino's logger: `logger.info({ facts }, 'sentence')`. */
export type Logger = pino.Logger

/**
 * JSON lines on standard error (standard output belongs to what a command prints), each with the process's name and,
 * inside a request, its `requestId`. Authorization headers and secrets that end up in a logged object are blotted out.
 *
 * A process has its logger before it has read its configuration, so the level comes from `ASSAY_LOG_LEVEL` right here, and
 * from `logSettings` what to tell of a wrong one.
 */
export function createLogger(
  name: string,
  level: pino.LevelWithSilent = levelOf(process.env.ASSAY_LOG_LEVEL),
  destination: pino.DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  return pino(
    {
      name,
      level,
      mixin() {
        const request = requestInProgress()
        return request === undefined ? {} : { requestId: request.id }
      },
      redact: ['authorization', '*.authorization', 'clientSecret', '*.clientSecret', 'accessToken', '*.accessToken'],
    },
    destination,
  )
}

/** How a worker on queues reports: faults with their stack, work that waits as a warning, each attempt to the metrics. */
export function workerLog(logger: Logger) {
  return {
    onError: (error: Error) => logger.error({ err: error }, 'the queue reports a fault'),
    onWaiting: (text: string) => logger.warn(text),
    onRefused: (text: string) => logger.info(text),
    onAttempt: jobAttempt,
  }
}

const levels: readonly pino.LevelWithSilent[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

export const logSettings = {
  logLevel: {
    variable: 'ASSAY_LOG_LEVEL',
    takes: levels.join(', '),
    standsIn: 'info',
    parse(given = 'info') {
      if (levels.some((level) => level === given)) return levelOf(given)
      throw new Error(`is "${given}": give ${levels.join(', ')}`)
    },
  } satisfies Setting<pino.LevelWithSilent>,
}

function levelOf(name: string | undefined): pino.LevelWithSilent {
  return levels.find((level) => level === name) ?? 'info'
}
