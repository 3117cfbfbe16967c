import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stoppedByParent, unknownVariables, unusedPorts } from '@assay/server'
import type { ServiceName } from '@assay/store'
import { takeDataFolder } from './data-folder.ts'
import { ensureCredentials } from './ensure-credentials.ts'
import { givenSecret, type KeptSecret, keptSecret } from './kept-secret.ts'
import { openLocalDatabase } from './local-database.ts'
import { ensureLocalTls, trustInstructions } from './local-tls.ts'
import { ownTls, request } from './own-certificate.ts'
import { prepareDatabase } from './prepare-database.ts'
import { type ProcessName, processEntries } from './processes.ts'
import { serviceUrls } from './service-logins.ts'
import { servingFlags } from './serving-flags.ts'
import type { Settings } from './settings.ts'
import { localSignInLink } from './sign-in-link.ts'

/** A running platform; clients use only the gateway's address. */
interface RunningPlatform {
  readonly baseUrl: string
  /** Lines for the user who started it. */
  readonly notes: readonly string[]
  /** Resolves with the reason when a part ends by itself, so that the platform is incomplete. */
  readonly failed: Promise<string>
  /** Lets calls and jobs in flight finish, then ends every process and the embedded PostgreSQL. */
  stop(): Promise<void>
}

interface Part {
  readonly name: string
  readonly process: ChildProcess
  /** The URLs of its service and of its metrics, which a part reports over the IPC channel when it is ready. */
  readonly url: Promise<string>
  readonly metricsUrl: Promise<string | undefined>
}

/**
 * Starts the platform: PostgreSQL (unless DATABASE_URL names one), migrations, on the first start the logins of the services and the tenant
 * `local`, then every service as a separate process. Resolves when all of them are ready. A data folder has one platform: a second start
 * changes nothing and throws an Error that names the first.
 * @param interrupted when it resolves, all started parts are stopped and `StartInterrupted` is thrown
 * @param report receives a line when a step begins that can take long
 */
export async function startPlatform(
  given: Settings,
  interrupted?: Promise<unknown>,
  report: (line: string) => void = () => {},
): Promise<RunningPlatform> {
  const giveBack = await takeDataFolder(given.dataDirectory)
  const localTls = given.localTls && given.certificateFile === undefined ? await ensureLocalTls(given) : undefined
  const settings = localTls === undefined ? given : { ...given, certificateFile: localTls.cert }
  if (settings.databaseUrl === undefined) report('Starting PostgreSQL ...')
  const database = await openLocalDatabase(settings).catch(async (error: unknown) => {
    await giveBack()
    throw error
  })
  const parts: Part[] = []
  let stopping = false
  const stop = async () => {
    stopping = true
    // The gateway stops first, since its running calls still need the services behind it.
    for (const part of [...parts].reverse()) await end(part)
    await database.stop()
    await giveBack()
  }
  try {
    report('Preparing the database ...')
    await prepareDatabase(database.url)
    const urls = await serviceUrls(database.url, settings)
    const [miningPort, sessionsPort] = await unusedPorts(2)
    const miningUrl = `http://127.0.0.1:${miningPort}`
    const secretOf = async (variable: string, name: KeptSecret) =>
      givenSecret(process.env, variable) ?? (await keptSecret(settings, name))
    const environment = {
      // Parts get the secret as a value; a `_FILE` variable beside it would be a second source.
      DATABASE_URL_FILE: '',
      ASSAY_INTERNAL_SECRET: await secretOf('ASSAY_INTERNAL_SECRET', 'internal-secret'),
      ASSAY_INTERNAL_SECRET_FILE: '',
      ASSAY_HOST: '127.0.0.1',
      // Only the gateway may be behind a balancer, and a user who presses Ctrl-C should not wait for the other parts.
      ASSAY_STOP_PAUSE_SECONDS: process.env.ASSAY_STOP_PAUSE_SECONDS ?? '0',
      // In a terminal, one line for every request would hide everything else.
      ASSAY_LOG_LEVEL: process.env.ASSAY_LOG_LEVEL ?? 'warn',
      // Stored in the data folder, so that the next start need not compile.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(settings.dataDirectory, 'compile-cache'),
    }
    const add = (name: ProcessName, service: ServiceName, more: Record<string, string> = {}) => {
      const part = startPart(name, {
        ...environment,
        DATABASE_URL: urls[service],
        ...more,
        ASSAY_METRICS_PORT: metricsPortOf(name, settings),
      })
      parts.push(part)
      return part
    }
    report('Starting the services ...')
    add('mining', 'mining', { ASSAY_PORT: String(miningPort) })
    add('mining-worker', 'mining-worker', {
      ASSAY_WEBHOOK_KEY: await secretOf('ASSAY_WEBHOOK_KEY', 'webhook-key'),
      ASSAY_WEBHOOK_KEY_FILE: '',
    })
    add('iai-sessions', 'sessions', {
      ASSAY_PORT: String(sessionsPort),
      ASSAY_MINING_URL: miningUrl,
    })
    const gateway = add('gateway', 'gateway', {
      ASSAY_HOST: settings.host,
      ASSAY_KEY_ENCRYPTION_KEY: await secretOf('ASSAY_KEY_ENCRYPTION_KEY', 'key-encryption-key'),
      ASSAY_KEY_ENCRYPTION_KEY_FILE: '',
      ASSAY_PORT: String(settings.port),
      ...(localTls !== undefined && { ASSAY_TLS_CERT: localTls.cert, ASSAY_TLS_KEY: localTls.key }),
      ASSAY_MINING_URL: miningUrl,
      ASSAY_IAI_SESSIONS_URL: `http://127.0.0.1:${sessionsPort}`,
    })
    const allReady = Promise.all(parts.map((part) => part.url))
    // A part with a wrong configuration may never become ready; Ctrl-C then ends the start.
    await (interrupted === undefined ? allReady : Promise.race([allReady, interrupted.then(throwInterrupted)]))
    const baseUrl = await gateway.url
    await Promise.all([ensureCredentials(database.url, settings, baseUrl), allAnswer(baseUrl, settings)])
    const failed = Promise.race(
      parts.map(async (part) => {
        const [code, signal] = (await once(part.process, 'exit')) as [number | null, string | null]
        return stopping
          ? await new Promise<string>(() => {})
          : `${part.name} ended (${signal ?? `exit status ${code}`})`
      }),
    )
    const notes = [
      ...unknownVariables(process.env).map(
        (name) => `${name} is set, and nothing reads it: see "assay config --explain"`,
      ),
      ...(await consoleNotes(database.url, settings)),
      ...(await metricsNotes(parts)),
      ...(localTls === undefined ? [] : trustInstructions(localTls)),
    ]
    return { baseUrl, notes, failed, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

export class StartInterrupted extends Error {}

function throwInterrupted(): never {
  throw new StartInterrupted('The start was interrupted')
}

/** The order of their metrics ports, when the first port is set. */
const metricsOrder = ['gateway', 'mining', 'mining-worker', 'iai-sessions']

/** The link is left out if it cannot be made, for example because the local administrator was revoked; the platform starts anyway. */
async function consoleNotes(ownerUrl: string, settings: Settings): Promise<string[]> {
  const link = await localSignInLink(ownerUrl, settings).catch(() => undefined)
  if (link === undefined) return ['"npm run assay -- sign-in --client ID" prints a link to the console.']
  return [
    `Open the console: ${link}`,
    '  The link works once, within ten minutes; "npm run assay -- sign-in" prints another.',
  ]
}

function metricsPortOf(name: string, { metricsPort }: Settings): string {
  if (metricsPort === undefined) return 'off'
  return String(metricsPort === 0 ? 0 : metricsPort + metricsOrder.indexOf(name))
}

async function metricsNotes(parts: readonly Part[]): Promise<string[]> {
  const urls = await Promise.all(parts.map(async ({ name, metricsUrl }) => [name, await metricsUrl] as const))
  const shown = urls.flatMap(([name, url]) => (url === undefined ? [] : [`${url} (${name})`]))
  return shown.length === 0 ? [] : [`Metrics: ${shown.join(', ')}`]
}

function startPart(name: ProcessName, environment: Record<string, string>): Part {
  const flags = servingFlags[name] ?? []
  // They are noted once, and not in a log line of each part.
  const unknown = unknownVariables(process.env)
  const child = spawn(process.execPath, [...flags, processEntries[name], stoppedByParent], {
    env: { ...process.env, ...environment, ...Object.fromEntries(unknown.map((name) => [name, undefined])) },
    // When this process ends, even by SIGKILL, the channel closes and the part stops by itself. The part is not `detached`, since Linux
    // compares niceness only within a session: a worker's mining threads would not yield to the other parts.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  interface Ready {
    readonly ready?: string
    readonly metricsUrl?: string
  }
  const isReady = new Promise<Ready>((resolve, reject) => {
    child.on('message', (message: Ready) => {
      if (message.ready !== undefined) resolve(message)
    })
    child.once('exit', (code, signal) =>
      reject(new Error(`${name} ended before it was ready (${signal ?? `exit status ${code}`})`)),
    )
    child.once('error', reject)
  })
  const url = isReady.then(({ ready = '' }) => ready)
  const metricsUrl = isReady.then((message) => message.metricsUrl)
  for (const promise of [url, metricsUrl]) promise.catch(() => {})
  return { name, process: child, url, metricsUrl }
}

async function end(part: Part): Promise<void> {
  if (part.process.exitCode !== null || part.process.signalCode !== null) return
  const ended = once(part.process, 'exit')
  part.process.kill('SIGTERM')
  const pauseMs = 1000 * Number(process.env.ASSAY_STOP_PAUSE_SECONDS ?? '0')
  const last = setTimeout(() => part.process.kill('SIGKILL'), pauseMs + 15_000)
  await ended
  clearTimeout(last)
}

/** Waits until all services behind the gateway answer their health check; the gateway itself serves as soon as one answers. */
async function allAnswer(baseUrl: string, { certificateFile }: Settings): Promise<void> {
  for (;;) {
    const { body } = await request(new URL('/readyz', baseUrl), ownTls(certificateFile))
    if ((JSON.parse(body) as { status?: string }).status === 'ready') return
    await sleep(50)
  }
}
