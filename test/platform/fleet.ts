import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { encryptionKeyHex } from '@assay/auth/testing'
import { stoppedByParent, unusedPorts } from '@assay/server'
import type { ServiceName } from '@assay/store'
import type { Deployment } from '../../apps/assay/src/connections/connection-budget.ts'
import { type ProcessName, processEntries } from '../../apps/assay/src/processes.ts'
import { serviceUrls } from '../../apps/assay/src/service-logins.ts'
import { servingFlags } from '../../apps/assay/src/serving-flags.ts'

/** One process of a fleet. */
export interface FleetMember {
  /** `mining 2`. */
  readonly name: string
  readonly process: ProcessName
  /** The address at which it serves; a worker has none. */
  readonly url: string
  readonly metricsUrl: string
  readonly pid: number
  /** Stops it gracefully, or at once with SIGKILL. Does nothing if it is not running. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Starts it again at the same addresses, and resolves when it is ready. */
  start(): Promise<void>
}

/** Any number of each process on one database, started as by a supervisor; each knows all services by a list of URLs. */
export interface Fleet {
  readonly members: readonly FleetMember[]
  /** The URLs of the gateways. */
  readonly gateways: readonly string[]
  stop(): Promise<void>
}

interface FleetOptions {
  /** The URL of a database that `prepareDatabase` has prepared. */
  readonly ownerUrl: string
  /** The secret from which the logins get their passwords. */
  readonly folder: string
  readonly deployment: Deployment
  /** Variables for all processes. */
  readonly environment?: Readonly<Record<string, string>>
}

const serviceOf: Readonly<Record<ProcessName, ServiceName>> = {
  gateway: 'gateway',
  mining: 'mining',
  'mining-worker': 'mining-worker',
  'iai-sessions': 'sessions',
}
/** The services, which start first. */
const order: readonly ProcessName[] = ['mining', 'mining-worker', 'iai-sessions', 'gateway']

export async function startFleet({ ownerUrl, folder, deployment, environment }: FleetOptions): Promise<Fleet> {
  const urls = await serviceUrls(ownerUrl, { databaseUrl: ownerUrl, dataDirectory: folder, host: '127.0.0.1', port: 0 })
  const planned = order.flatMap((process) =>
    Array.from({ length: deployment[process] }, (_, i) => ({ process, name: `${process} ${i + 1}` })),
  )
  const ports = await unusedPorts(2 * planned.length)
  const addresses = planned.map((one, i) => ({ ...one, port: ports[2 * i] ?? 0, metricsPort: ports[2 * i + 1] ?? 0 }))
  const at = (process: ProcessName) =>
    addresses
      .filter((one) => one.process === process)
      .map(({ port }) => `http://127.0.0.1:${port}`)
      .join(',')
  const shared = {
    ASSAY_INTERNAL_SECRET: '07'.repeat(32),
    ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
    ASSAY_HOST: '127.0.0.1',
    ASSAY_LOG_LEVEL: 'fatal',
    ASSAY_STOP_PAUSE_SECONDS: '0',
    ASSAY_SAILPOINT_RATE_LIMIT: '0',
    ASSAY_MINING_URL: at('mining'),
    ASSAY_IAI_SESSIONS_URL: at('iai-sessions'),
    ...environment,
  }
  const members: FleetMember[] = []
  const stop = async () => {
    // Callers stop before the services that they call.
    for (const member of members.toReversed()) await member.stop()
  }
  try {
    for (const { process, name, port, metricsPort } of addresses) {
      const own = {
        ...shared,
        DATABASE_URL: urls[serviceOf[process]],
        ASSAY_PORT: String(port),
        ASSAY_METRICS_PORT: String(metricsPort),
      }
      members.push(await startMember(name, process, own))
    }
  } catch (error) {
    await stop()
    throw error
  }
  const gateways = members.filter((member) => member.process === 'gateway').map(({ url }) => url)
  return { members, gateways, stop }
}

async function startMember(
  name: string,
  process: ProcessName,
  environment: Readonly<Record<string, string>>,
): Promise<FleetMember> {
  let child = await startChild(name, process, environment)
  return {
    name,
    process,
    url: `http://127.0.0.1:${environment.ASSAY_PORT}`,
    metricsUrl: `http://127.0.0.1:${environment.ASSAY_METRICS_PORT}/metrics`,
    get pid() {
      return child.pid ?? 0
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      const last = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await ended
      clearTimeout(last)
    },
    async start() {
      child = await startChild(name, process, environment)
    },
  }
}

async function startChild(
  name: string,
  process: ProcessName,
  environment: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const flags = servingFlags[process] ?? []
  const child = spawn(globalThis.process.execPath, [...flags, processEntries[process], stoppedByParent], {
    env: { ...globalThis.process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ready = once(child, 'message').then(() => true)
  const ended = once(child, 'exit').then(() => false)
  if (!(await Promise.race([ready, ended]))) throw new Error(`${name} ended before it was ready`)
  return child
}
