import { flag, integer, type Setting, text } from './config.ts'

/**
 * Names and values in the form of `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_EXPORTER_OTLP_HEADERS`, with `%20` and so on for other characters.
 */
type Pairs = Readonly<Record<string, string>>

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/** Variables by the usual names of OpenTelemetry. A value that Assay does not support is refused and not ignored. */
export const tracingSettings = {
  isTracingDisabled: flag('OTEL_SDK_DISABLED', { default: false }),
  tracesExporter: oneOf('OTEL_TRACES_EXPORTER', ['otlp', 'none']),
  otlpEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT'),
  otlpTracesEndpoint: url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'),
  otlpProtocol: oneOf('OTEL_EXPORTER_OTLP_PROTOCOL', ['http/protobuf']),
  otlpTracesProtocol: oneOf('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', ['http/protobuf']),
  otlpHeaders: pairs('OTEL_EXPORTER_OTLP_HEADERS', true),
  otlpTracesHeaders: pairs('OTEL_EXPORTER_OTLP_TRACES_HEADERS', true),
  otlpTimeoutMs: integer('OTEL_EXPORTER_OTLP_TIMEOUT', { default: 10_000, min: 1, max: 600_000 }),
  otlpCompression: oneOf('OTEL_EXPORTER_OTLP_COMPRESSION', ['gzip', 'none']),
  otlpCertificate: { ...text('OTEL_EXPORTER_OTLP_CERTIFICATE', { default: '' }), takes: 'a PEM file' },
  serviceName: text('OTEL_SERVICE_NAME', { default: '' }),
  resourceAttributes: pairs('OTEL_RESOURCE_ATTRIBUTES', false),
  tracesSampler: oneOf('OTEL_TRACES_SAMPLER', samplers, 'parentbased_always_on'),
  tracesSamplerRatio: ratio('OTEL_TRACES_SAMPLER_ARG'),
  spanDelayMs: integer('OTEL_BSP_SCHEDULE_DELAY', { default: 5_000, min: 1, max: 600_000 }),
  mostWaitingSpans: integer('OTEL_BSP_MAX_QUEUE_SIZE', { default: 2_048, min: 1, max: 100_000 }),
  mostSpansAtOnce: integer('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', { default: 512, min: 1, max: 100_000 }),
  spanTimeoutMs: integer('OTEL_BSP_EXPORT_TIMEOUT', { default: 30_000, min: 1, max: 600_000 }),
}

export type TracingConfig = {
  readonly [Name in keyof typeof tracingSettings]: (typeof tracingSettings)[Name] extends Setting<infer T> ? T : never
}

/** The address for spans; undefined when tracing is off. */
export function collectorUrl(config: TracingConfig): string | undefined {
  const { isTracingDisabled, tracesExporter, otlpTracesEndpoint, otlpEndpoint } = config
  if (isTracingDisabled || tracesExporter === 'none') return undefined
  if (otlpTracesEndpoint !== undefined) return otlpTracesEndpoint
  if (otlpEndpoint === undefined && tracesExporter === undefined) return undefined
  return `${(otlpEndpoint ?? 'http://localhost:4318').replace(/\/$/, '')}/v1/traces`
}

function oneOf<T extends string>(variable: string, values: readonly T[]): Setting<T | undefined>
function oneOf<T extends string>(variable: string, values: readonly T[], standsIn: T): Setting<T>
function oneOf<T extends string>(variable: string, values: readonly T[], standsIn?: T): Setting<T | undefined> {
  return {
    variable,
    takes: values.join(', '),
    ...(standsIn !== undefined && { standsIn }),
    parse(given) {
      if (given === undefined) return standsIn
      const value = values.find((each) => each === given)
      if (value === undefined) throw new Error(`is "${given}": give ${values.join(', ')}`)
      return value
    },
  }
}

function url(variable: string): Setting<string | undefined> {
  const takes = 'a URL such as http://127.0.0.1:4318'
  return {
    variable,
    takes,
    parse(given) {
      if (given === undefined) return undefined
      if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return given
      throw new Error(`is "${given}": give ${takes}`)
    },
  }
}

function ratio(variable: string): Setting<number> {
  return {
    variable,
    takes: 'a number from 0 to 1',
    standsIn: '1',
    parse(given = '1') {
      const value = Number(given)
      if (given.trim() !== '' && value >= 0 && value <= 1) return value
      throw new Error(`is "${given}": give a number from 0 to 1, such as 0.01`)
    },
  }
}

function pairs(variable: string, isSecret: boolean): Setting<Pairs> {
  const takes = 'pairs such as name=value,other=value'
  return {
    variable,
    takes,
    isSecret,
    parse(given = '') {
      const parts = given.split(',').filter((part) => part.trim() !== '')
      return Object.fromEntries(
        parts.map((part) => {
          const at = part.indexOf('=')
          const value = decoded(part.slice(at + 1).trim())
          // The message does not repeat the invalid value: it may be a token.
          if (at < 1 || value === undefined) throw new Error(`is not usable: give ${takes}`)
          return [part.slice(0, at).trim(), value]
        }),
      )
    },
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
