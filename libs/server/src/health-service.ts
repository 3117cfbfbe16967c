import { setTimeout as delay } from 'node:timers/promises'
import { type Health, HealthCheckResponse_ServingStatus as Status } from '@assay/contracts/grpc/health/v1/health_pb'
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect'
import type { Readiness } from './readiness.ts'

const watchIntervalMs = 2_000

/**
 * The standard health service. The empty name and every served service answer alike, since one process has one set of
 * dependencies. Watch tells changes, the last one being NOT_SERVING when the process begins to stop; then it ends.
 */
export function healthService(readiness: Readiness, serviceNames: ReadonlySet<string>): ServiceImpl<typeof Health> {
  const known = (service: string) => service === '' || serviceNames.has(service)
  const status = async (service: string) => {
    if (!known(service)) return Status.SERVICE_UNKNOWN
    return (await readiness.report()).state === 'ready' ? Status.SERVING : Status.NOT_SERVING
  }
  return {
    async check({ service }) {
      if (!known(service)) throw new ConnectError(`The service "${service}" is not served here`, Code.NotFound)
      return { status: await status(service) }
    },
    async list() {
      const current = await status('')
      return { statuses: Object.fromEntries(['', ...serviceNames].map((name) => [name, { status: current }])) }
    },
    async *watch({ service }, context) {
      let told: Status | undefined
      const over = AbortSignal.any([context.signal, readiness.draining])
      while (!context.signal.aborted) {
        const current = await status(service)
        if (current !== told) yield { status: current }
        told = current
        if (readiness.draining.aborted) return
        // An abort only ends the wait early: the loop itself looks at why.
        await delay(watchIntervalMs, undefined, { signal: over }).catch(() => {})
      }
    },
  }
}
