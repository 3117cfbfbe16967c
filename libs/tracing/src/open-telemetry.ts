import {
  type Context,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { ExportResultCode } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Attributes, Span, SpanStart, Tracer } from './span.ts'
import type { TraceParent } from './trace-parent.ts'

/** A sampler, by its name in `OTEL_TRACES_SAMPLER`. */
interface SamplerChoice {
  readonly kind: 'always_on' | 'always_off' | 'traceidratio'
  /** Follows the caller's decision, and decides only about traces that begin here. */
  readonly isParentBased: boolean
  /** The ratio of `traceidratio`, 0 to 1. */
  readonly ratio: number
}

interface OpenTelemetryOptions {
  /** Attributes of the process, with `service.name`. */
  readonly resource: Readonly<Record<string, string | number>>
  readonly sampler: SamplerChoice
  /** The address of the collector, with the path. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly isCompressed: boolean
  readonly batch: {
    readonly delayMs: number
    /** The most waiting spans; later ones are dropped. */
    readonly mostWaiting: number
    readonly mostAtOnce: number
    readonly timeoutMs: number
  }
  /** Called once when spans cannot be sent, and once when they can be sent again (undefined). */
  readonly onTrouble: (reason: string | undefined) => void
  /** Called for each batch. */
  readonly onSent: (spans: number, isSent: boolean) => void
}

export interface OpenTelemetry extends Tracer {
  /** Sends the waiting spans, for a limited time, and stops. */
  stop(): Promise<void>
}

/** A collector that does not answer must not delay the end of a process. */
const mostStopMs = 2_000

/** A tracer that sends spans by OTLP in the background; code that makes a span never waits for it. */
export function startOpenTelemetry(options: OpenTelemetryOptions): OpenTelemetry {
  const { delayMs, mostWaiting, mostAtOnce, timeoutMs } = options.batch
  const processor = new BatchSpanProcessor({
    exporter: reporting(exporterOf(options), options),
    scheduledDelayMillis: delayMs,
    maxQueueSize: mostWaiting,
    maxExportBatchSize: mostAtOnce,
    exportTimeoutMillis: timeoutMs,
  })
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(options.resource)),
    sampler: samplerOf(options.sampler),
    spanProcessors: [processor],
    // The texts of statements are the longest attributes.
    spanLimits: { attributeValueLengthLimit: 2_048 },
  })
  const tracer = provider.getTracer('assay')
  return {
    begin({ name, kind, attributes, link }: SpanStart, above: Span | TraceParent | undefined) {
      const links = link === undefined ? [] : [{ context: spanContextOf(link) }]
      const context = contextOf(above)
      return new RunningSpan(
        tracer.startSpan(name, { kind: kinds[kind], links, ...(attributes && { attributes }) }, context),
      )
    },
    async stop() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, mostStopMs).unref())
      await Promise.race([provider.shutdown().catch(() => {}), late])
    },
  }
}

class RunningSpan implements Span {
  readonly inner: OtelSpan
  readonly parent: TraceParent
  readonly isRecorded: boolean

  constructor(inner: OtelSpan) {
    this.inner = inner
    const { traceId, spanId, traceFlags } = inner.spanContext()
    this.isRecorded = inner.isRecording()
    this.parent = { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }
  }

  rename(name: string): void {
    this.inner.updateName(name)
  }

  set(attributes: Attributes): void {
    this.inner.setAttributes(attributes)
  }

  fail(type: string): void {
    this.inner.setAttribute('error.type', type)
    this.inner.setStatus({ code: SpanStatusCode.ERROR })
  }

  end(): void {
    this.inner.end()
  }
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

function contextOf(above: Span | TraceParent | undefined): Context {
  if (above === undefined) return ROOT_CONTEXT
  return above instanceof RunningSpan
    ? trace.setSpan(ROOT_CONTEXT, above.inner)
    : trace.setSpanContext(ROOT_CONTEXT, spanContextOf('parent' in above ? above.parent : above))
}

function spanContextOf({ traceId, spanId, isSampled }: TraceParent) {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true }
}

function samplerOf({ kind, isParentBased, ratio }: SamplerChoice): Sampler {
  const root = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  }[kind]()
  return isParentBased ? new ParentBasedSampler({ root }) : root
}

function exporterOf({ url, headers, timeoutMs, isCompressed }: OpenTelemetryOptions): SpanExporter {
  type Config = NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>
  const compression = (isCompressed ? 'gzip' : 'none') as NonNullable<Config['compression']>
  return new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: timeoutMs, compression })
}

/** Reports the first batch that cannot be sent, and the first that can be sent again: an outage gives two lines in a log. */
function reporting(exporter: SpanExporter, { onTrouble, onSent }: OpenTelemetryOptions): SpanExporter {
  let isInTrouble = false
  return {
    export(spans: ReadableSpan[], then) {
      exporter.export(spans, (result) => {
        const isSent = result.code === ExportResultCode.SUCCESS
        onSent(spans.length, isSent)
        if (!isSent && !isInTrouble) onTrouble(result.error?.message || 'the collector gives no reason')
        if (isSent && isInTrouble) onTrouble(undefined)
        isInTrouble = !isSent
        then(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => await exporter.forceFlush?.(),
  }
}
