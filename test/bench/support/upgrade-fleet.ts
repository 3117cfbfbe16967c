import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { encryptionKeyHex } from '@assay/auth/testing'
import { unusedPorts } from '@assay/server'
import { startEmbeddedPostgres } from '@assay/store'
import { serviceUrls } from '../../../apps/assay/src/service-logins.ts'
import { startPatientBalancer } from './patient-balancer.ts'

/** A process of one version, which a process of another version can replace. */
interface VersionedProcess {
  readonly name: string
  /** The address for its readiness; undefined for a worker, which serves nothing. */
  readonly url: string | undefined
  /** Stops it as an operator does, and starts the same process of a version's tree. @throws Error when it does not end by itself */
  replace(tree: string): Promise<void>
  /** Kills it and starts the same version again, as a supervisor does. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Two processes of each kind, gateways behind a balancer, workers in front of all: the order in which they are replaced. */
export async function startUpgradeFleet(directory: string, tree: string) {
  const [databasePort, balancerPort, ...ports] = await unusedPorts(8)
  const server = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), port: databasePort! })
  await migrateBy(tree, server.url)
  const urls = await serviceUrls(server.url, {
    databaseUrl: server.url,
    dataDirectory: directory,
    host: '127.0.0.1',
    port: 0,
  })
  const at = (index: number) => `http://127.0.0.1:${ports[index]}`
  const environment = {
    ASSAY_INTERNAL_SECRET: '07'.repeat(32),
    ASSAY_LOG_LEVEL: 'error',
    ASSAY_SAILPOINT_RATE_LIMIT: '0',
    ASSAY_STOP_PAUSE_SECONDS: '2',
    ASSAY_MINING_URL: `${at(0)},${at(1)}`,
    ASSAY_IAI_SESSIONS_URL: `${at(2)},${at(3)}`,
    ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
  }
  const served = (name: string, entry: string, databaseUrl: string, index: number) =>
    versioned(
      name,
      entry,
      tree,
      { ...environment, DATABASE_URL: databaseUrl, ASSAY_PORT: String(ports[index]) },
      at(index),
    )
  const worker = (name: string) =>
    versioned(name, 'mining/src/worker.ts', tree, { ...environment, DATABASE_URL: urls['mining-worker'] }, undefined)
  const processes = await Promise.all([
    worker('worker A'),
    worker('worker B'),
    served('mining A', 'mining/src/main.ts', urls.mining, 0),
    served('mining B', 'mining/src/main.ts', urls.mining, 1),
    served('sessions A', 'iai-sessions/src/main.ts', urls.sessions, 2),
    served('sessions B', 'iai-sessions/src/main.ts', urls.sessions, 3),
    served('gateway A', 'gateway/src/main.ts', urls.gateway, 4),
    served('gateway B', 'gateway/src/main.ts', urls.gateway, 5),
  ])
  const balancer = await startPatientBalancer(balancerPort!, [at(4), at(5)])
  return {
    baseUrl: `http://127.0.0.1:${balancerPort}`,
    databaseUrl: server.url,
    counts: balancer.counts,
    processes,
    migrate: (newer: string) => migrateBy(newer, server.url),
    async stop() {
      balancer.close()
      await Promise.all(processes.map((one) => one.stop()))
      await server.stop()
    },
  }
}

/** Migrates by the command of that version. Returns its output. */
async function migrateBy(tree: string, databaseUrl: string): Promise<string> {
  const args = [join(tree, 'apps/assay/src/main.ts'), 'migrate']
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  })
  return stdout
}

async function versioned(
  name: string,
  entry: string,
  first: string,
  environment: Readonly<Record<string, string>>,
  url: string | undefined,
): Promise<VersionedProcess> {
  let tree = first
  let child = await start(tree, entry, environment)
  const end = async (signal: NodeJS.Signals) => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), 60_000)
    await ended
    clearTimeout(late)
  }
  return {
    name,
    url,
    async replace(next) {
      await end('SIGTERM')
      if (child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}`)
      tree = next
      child = await start(tree, entry, environment)
    },
    async restart() {
      await end('SIGKILL')
      child = await start(tree, entry, environment)
    },
    stop: () => end('SIGTERM'),
  }
}

async function start(
  tree: string,
  entry: string,
  environment: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(tree, 'apps', entry)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  const isReady = await Promise.race([once(child, 'message').then(() => true), once(child, 'exit').then(() => false)])
  if (!isReady) throw new Error(`${entry} of ${tree} ended with ${child.exitCode} at its start`)
  return child
}
