import { setTimeout as delay } from 'node:timers/promises'
import { type Health, HealthCheckResponse_ServingStatus as Status } from '@assay/contracts/grpc/health/v1/health_pb'
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect'
import type { Readiness, ReadinessReport } from './readiness.ts'

const watchIntervalMs = 2_000

/**
 * The standard health service. A service is SERVING when all its dependencies answer; the empty name is SERVING when any service is. Watch
 * sends changes; it sends NOT_SERVING when the process begins to stop, and then ends.
 */
export function healthService(readiness: Readiness, serviceNames: ReadonlySet<string>): ServiceImpl<typeof Health> {
  const known = (service: string) => service === '' || serviceNames.has(service)
  const status = async (service: string) => {
    if (!known(service)) return Status.SERVICE_UNKNOWN
    return statusOf(service, await readiness.report())
  }
  return {
    async check({ service }) {
      if (!known(service)) throw new ConnectError(`The service "${service}" is not served here`, Code.NotFound)
      return { status: await status(service) }
    },
    async list() {
      const report = await readiness.report()
      return {
        statuses: Object.fromEntries(['', ...serviceNames].map((name) => [name, { status: statusOf(name, report) }])),
      }
    },
    async *watch({ service }, context) {
      let told: Status | undefined
      const over = AbortSignal.any([context.signal, readiness.draining])
      while (!context.signal.aborted) {
        const current = await status(service)
        if (current !== told) yield { status: current }
        told = current
        if (readiness.draining.aborted) return
        // An abort only shortens the wait; the loop checks the reason.
        await delay(watchIntervalMs, undefined, { signal: over }).catch(() => {})
      }
    },
  }
}

function statusOf(service: string, report: ReadinessReport): Status {
  const serves = service === '' ? report.state === 'ready' || report.state === 'degraded' : report.serves(service)
  return serves ? Status.SERVING : Status.NOT_SERVING
}
