import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stoppedByParent, unusedPorts } from '@assay/server'
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

/** Where each part of the platform listens; only the gateway's address is for clients. */
interface RunningPlatform {
  readonly baseUrl: string
  /** Lines for whoever started it. */
  readonly notes: readonly string[]
  /** Resolves with the reason when a part ends by itself: the platform is then no longer whole. */
  readonly failed: Promise<string>
  /** Lets calls and jobs in flight finish, then ends every process and the embedded PostgreSQL. */
  stop(): Promise<void>
}

interface Part {
  readonly name: string
  readonly process: ChildProcess
  /** Where it serves, and its metrics; a part says so over the IPC channel once it is ready. */
  readonly url: Promise<string>
  readonly metricsUrl: Promise<string | undefined>
}

/**
 * Starts PostgreSQL (unless DATABASE_URL names one), brings the schema up to date, makes the services' logins and
 * the tenant `local` on the first start, and runs every service as a process of its own. Resolves when all of them answer their readiness check. One platform
 * runs on a data folder: a second start changes nothing and throws an Error that names the first.
 * @param interrupted resolves when it shall not go on: what was started ends again, and `StartInterrupted` is thrown
 */
export async function startPlatform(given: Settings, interrupted?: Promise<unknown>): Promise<RunningPlatform> {
  const giveBack = await takeDataFolder(given.dataDirectory)
  const localTls = given.localTls && given.certificateFile === undefined ? await ensureLocalTls(given) : undefined
  const settings = localTls === undefined ? given : { ...given, certificateFile: localTls.cert }
  const database = await openLocalDatabase(settings).catch(async (error: unknown) => {
    await giveBack()
    throw error
  })
  const parts: Part[] = []
  let stopping = false
  const stop = async () => {
    stopping = true
    // Callers before the called: what is in flight at the gateway still needs the services behind it.
    for (const part of [...parts].reverse()) await end(part)
    await database.stop()
    await giveBack()
  }
  try {
    await prepareDatabase(database.url)
    const urls = await serviceUrls(database.url, settings)
    const [miningPort, sessionsPort] = await unusedPorts(2)
    const miningUrl = `http://127.0.0.1:${miningPort}`
    const secretOf = async (variable: string, name: KeptSecret) =>
      givenSecret(process.env, variable) ?? (await keptSecret(settings, name))
    const environment = {
      // Parts get values; a file beside one would be a second word.
      DATABASE_URL_FILE: '',
      ASSAY_INTERNAL_SECRET: await secretOf('ASSAY_INTERNAL_SECRET', 'internal-secret'),
      ASSAY_INTERNAL_SECRET_FILE: '',
      ASSAY_HOST: '127.0.0.1',
      // No balancer sends calls to the parts but the gateway, and who presses Ctrl-C waits.
      ASSAY_STOP_PAUSE_SECONDS: process.env.ASSAY_STOP_PAUSE_SECONDS ?? '0',
      // In the foreground of a terminal a line for every request would bury everything else.
      ASSAY_LOG_LEVEL: process.env.ASSAY_LOG_LEVEL ?? 'warn',
      // Kept beside the data, so that a warm start compiles nothing.
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
    // A part may wait for as long as it is not right: whoever presses Ctrl-C does not.
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

/** In the order of their ports, where the first port is named. */
const metricsOrder = ['gateway', 'mining', 'mining-worker', 'iai-sessions']

/** Whoever revoked the local administrator gets no link, and a platform all the same. */
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
  const child = spawn(process.execPath, [...flags, processEntries[name], stoppedByParent], {
    env: { ...process.env, ...environment },
    // The channel also tells a part that we are gone, even by SIGKILL: it then stops by itself. Not `detached`, since Linux weighs
    // niceness within a session alone: the threads of a worker that mine would yield to no other part.
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

/** Waits until every service behind the gateway answers its health check; one is enough for the gateway to serve. */
async function allAnswer(baseUrl: string, { certificateFile }: Settings): Promise<void> {
  for (;;) {
    const { body } = await request(new URL('/readyz', baseUrl), ownTls(certificateFile))
    if ((JSON.parse(body) as { status?: string }).status === 'ready') return
    await sleep(50)
  }
}
