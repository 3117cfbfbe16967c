import { randomUUID } from 'node:crypto'
import { traceBy } from '@assay/tracing'
import manifest from '../package.json' with { type: 'json' }
import type { Logger } from './logger.ts'
import { type MetricsAddress, withMetrics } from './metrics/metrics-server.ts'
import { spansSent } from './metrics/spans.ts'
import type { Started } from './run-process.ts'
import { collectorUrl, type TracingConfig } from './tracing-settings.ts'

/** Metrics and traces during the whole life of a process: before it waits for its database until it has drained. */
export async function withTelemetry<T extends Started>(
  config: TracingConfig & MetricsAddress,
  logger: Logger,
  start: () => Promise<T>,
): Promise<T & Pick<Started, 'metricsUrl'>> {
  const url = collectorUrl(config)
  if (url === undefined) return await withMetrics(config, logger, start)
  const stopTracing = await startTracing(config, url, logger)
  try {
    const started = await withMetrics(config, logger, start)
    const stop = async () => {
      await started.stop()
      await stopTracing()
    }
    return { ...started, stop }
  } catch (error) {
    await stopTracing()
    throw error
  }
}

/** Loads OpenTelemetry; a process without a collector does not load it. */
async function startTracing(config: TracingConfig, url: string, logger: Logger): Promise<() => Promise<void>> {
  const { startOpenTelemetry } = await import('@assay/tracing/open-telemetry')
  const [, base, kind = 'always_on'] = /^(parentbased_)?(.*)$/.exec(config.tracesSampler) ?? []
  const { origin } = new URL(url)
  const openTelemetry = startOpenTelemetry({
    resource: {
      'service.namespace': 'assay',
      'service.version': manifest.version,
      'service.instance.id': randomUUID(),
      'process.pid': process.pid,
      ...config.resourceAttributes,
      'service.name': config.serviceName || config.resourceAttributes['service.name'] || `assay-${processName(logger)}`,
    },
    sampler: { kind: kind as 'always_on', isParentBased: base !== undefined, ratio: config.tracesSamplerRatio },
    url,
    headers: { ...config.otlpHeaders, ...config.otlpTracesHeaders },
    timeoutMs: config.otlpTimeoutMs,
    isCompressed: config.otlpCompression === 'gzip',
    batch: {
      delayMs: config.spanDelayMs,
      mostWaiting: config.mostWaitingSpans,
      mostAtOnce: Math.min(config.mostSpansAtOnce, config.mostWaitingSpans),
      timeoutMs: config.spanTimeoutMs,
    },
    onTrouble: (reason) =>
      reason === undefined
        ? logger.info({ collector: origin }, 'spans are sent again')
        : logger.warn(
            { collector: origin, reason },
            'spans cannot be sent: they are dropped until the collector answers',
          ),
    onSent: spansSent,
  })
  traceBy(openTelemetry)
  logger.info({ collector: origin, sampler: config.tracesSampler }, 'traces')
  return async () => {
    traceBy(undefined)
    await openTelemetry.stop()
  }
}

function processName(logger: Logger): string {
  return String(logger.bindings().name)
}
