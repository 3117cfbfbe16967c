import { callIdInProgress, spanInProgress } from '@assay/tracing'
import pino from 'pino'
import { integer, type Setting } from './config.ts'
import { jobAttempt } from './metrics/jobs.ts'
import { requestInProgress } from './request-scope.ts'

/** pino's logger: `logger.info({ facts }, 'sentence')`. */
export type Logger = pino.Logger

/**
 * JSON lines on standard error (standard output is for the output of commands), each with the process's name and, inside a request or a
 * job, with the `requestId` of the call, and with `trace_id` and `span_id` if there is a trace. Only lines of the level `error` have
 * stacks, since the others are not about internal errors. Authorization headers and secrets in logged objects are removed.
 *
 * A process needs its logger before it has read its configuration, so the level is read from `ASSAY_LOG_LEVEL` here; `logSettings` reports
 * a wrong value.
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
      mixin: whereabouts,
      // An error without a stack was already converted.
      serializers: { err: (err: unknown) => (err instanceof Error ? pino.stdSerializers.err(err) : err) },
      hooks: {
        logMethod(args, method, level) {
          method.apply(this, level < stackLevel ? withoutStack(args) : args)
        },
      },
      redact: ['authorization', '*.authorization', 'clientSecret', '*.clientSecret', 'accessToken', '*.accessToken'],
    },
    destination,
  )
}

/** The names that log tools expect. */
function whereabouts(): Record<string, string> {
  const request = requestInProgress()
  const requestId = request?.id ?? callIdInProgress()
  const span = spanInProgress() ?? request?.span
  const traceId = span?.parent.traceId ?? request?.traceId
  return {
    ...(requestId !== undefined && { requestId }),
    ...(traceId !== undefined && { trace_id: traceId }),
    ...(span !== undefined && { span_id: span.parent.spanId }),
  }
}

const stackLevel = pino.levels.values.error ?? 50

type LogArguments = Parameters<pino.LogFn>

function withoutStack(args: LogArguments): LogArguments {
  const [facts, ...rest] = args as readonly unknown[]
  const err = (facts as { err?: unknown } | null | undefined)?.err
  if (!(err instanceof Error)) return args
  return [{ ...(facts as object), err: told(err) }, ...rest] as unknown as LogArguments
}

/** The error without its stack: its message, and the causes that it wraps. */
function told(error: Error): Record<string, unknown> {
  const { name, message, cause } = error
  const { code } = error as { code?: unknown }
  return {
    type: name,
    message,
    ...(code !== undefined && { code }),
    ...(cause instanceof Error && { cause: told(cause) }),
  }
}

/** The log of a queue worker: internal errors with their stack, waiting work as a warning; each attempt is also counted in the metrics. */
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

/** The share of the successful calls that have a log line. */
export const callLogSettings = {
  logCallsPercent: integer('ASSAY_LOG_CALLS_PERCENT', { default: 100, min: 0, max: 100 }),
}

function levelOf(name: string | undefined): pino.LevelWithSilent {
  return levels.find((level) => level === name) ?? 'info'
}
