import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { encryptionKeyHex } from '@assay/auth/testing'
import { unusedPorts } from '@assay/server'
import { startEmbeddedPostgres } from '@assay/store'
import { prepareDatabase } from '../../../apps/assay/src/prepare-database.ts'
import { serviceUrls } from '../../../apps/assay/src/service-logins.ts'

const apps = join(import.meta.dirname, '../../../apps')

/** A process that is killed without notice, and started again as by a supervisor. */
interface Member {
  readonly name: string
  /** Kills it, starts it again, and gives the milliseconds until it is ready. */
  kill(): Promise<number>
}

/** All processes of the platform: gateway, two mining services, two workers, two session services, PostgreSQL. */
interface Fleet {
  readonly baseUrl: string
  readonly databaseUrl: string
  readonly members: readonly Member[]
  stop(): Promise<void>
}

export async function startFleet(directory: string): Promise<Fleet> {
  const [databasePort, gateway, mining, miningA, miningB, sessions, sessionsA, sessionsB] = await unusedPorts(8)
  const place = { directory: join(directory, 'postgres'), port: databasePort! }
  let server = await startEmbeddedPostgres(place)
  const databaseUrl = server.url
  await prepareDatabase(databaseUrl)
  const urls = await serviceUrls(databaseUrl, {
    databaseUrl,
    dataDirectory: directory,
    host: '127.0.0.1',
    port: gateway!,
  })
  const at = (port: number) => `http://127.0.0.1:${port}`
  const environment = {
    ASSAY_INTERNAL_SECRET: '07'.repeat(32),
    ASSAY_HOST: '127.0.0.1',
    ASSAY_LOG_LEVEL: 'fatal',
    ASSAY_SAILPOINT_RATE_LIMIT: '0',
    ASSAY_MINING_URL: at(mining!),
    ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
    ASSAY_IAI_SESSIONS_URL: at(sessions!),
  }
  const balancers = [await balance(mining!, [miningA!, miningB!]), await balance(sessions!, [sessionsA!, sessionsB!])]
  const services = await Promise.all([
    service('mining A', 'mining/src/main.ts', {
      ...environment,
      DATABASE_URL: urls.mining,
      ASSAY_PORT: String(miningA),
    }),
    service('mining B', 'mining/src/main.ts', {
      ...environment,
      DATABASE_URL: urls.mining,
      ASSAY_PORT: String(miningB),
    }),
    service('worker A', 'mining/src/worker.ts', { ...environment, DATABASE_URL: urls['mining-worker'] }),
    service('worker B', 'mining/src/worker.ts', { ...environment, DATABASE_URL: urls['mining-worker'] }),
    service('sessions A', 'iai-sessions/src/main.ts', {
      ...environment,
      DATABASE_URL: urls.sessions,
      ASSAY_PORT: String(sessionsA),
    }),
    service('sessions B', 'iai-sessions/src/main.ts', {
      ...environment,
      DATABASE_URL: urls.sessions,
      ASSAY_PORT: String(sessionsB),
    }),
    service('gateway', 'gateway/src/main.ts', {
      ...environment,
      DATABASE_URL: urls.gateway,
      ASSAY_PORT: String(gateway),
    }),
  ])
  const postgres: Member = {
    name: 'PostgreSQL',
    async kill() {
      const killed = performance.now()
      const [pid] = (await readFile(join(place.directory, 'cluster/postmaster.pid'), 'utf8')).split('\n')
      process.kill(Number(pid), 'SIGKILL')
      await server.stop()
      server = await startEmbeddedPostgres(place)
      return performance.now() - killed
    },
  }
  return {
    baseUrl: at(gateway!),
    databaseUrl,
    members: [...services, postgres],
    async stop() {
      await Promise.all(services.map((one) => one.stop()))
      for (const balancer of balancers) balancer.close()
      await server.stop()
    },
  }
}

async function service(name: string, entry: string, environment: Readonly<Record<string, string>>) {
  let child = await start(entry, environment)
  return {
    name,
    async kill() {
      const killed = performance.now()
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      child = await start(entry, environment)
      return performance.now() - killed
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const last = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await ended
      clearTimeout(last)
    },
  }
}

/** Starts a process, and starts it again when it ends at its start because something that it needs is unavailable. */
async function start(entry: string, environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  for (;;) {
    const child = spawn(process.execPath, [join(apps, entry)], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Each process leads a session of the system, as under `npm start`.
      detached: true,
    })
    const isReady = await Promise.race([once(child, 'message').then(() => true), once(child, 'exit').then(() => false)])
    if (isReady) return child
    await sleep(250)
  }
}

/** Passes each connection to the next port that accepts it, as a load balancer does. */
async function balance(port: number, ports: readonly number[]): Promise<Server> {
  let turn = 0
  const balancer = createServer((client) => {
    client.on('error', () => {})
    const attempt = (left: number) => {
      const upstream = connect(ports[turn++ % ports.length]!, '127.0.0.1')
      upstream.once('connect', () => {
        client.pipe(upstream).pipe(client)
        upstream.on('close', () => client.destroy())
        client.on('close', () => upstream.destroy())
      })
      upstream.on('error', () => {
        if (upstream.connecting && left > 0) return attempt(left - 1)
        if (upstream.bytesRead === 0 && left > 0 && !client.bytesRead) return attempt(left - 1)
        client.destroy()
      })
    }
    attempt(ports.length - 1)
  })
  balancer.listen(port, '127.0.0.1')
  await once(balancer, 'listening')
  return balancer
}
