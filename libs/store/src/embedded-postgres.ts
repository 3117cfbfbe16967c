import { chmod, mkdir, realpath } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openOwnerDatabase } from './database.ts'
import { postgresAccount, requireReach } from './embedded-account.ts'
import { findPostgresBinaries } from './embedded-binaries.ts'
import { clusterOwner, initialiseCluster, keepPassword } from './embedded-cluster.ts'
import { launchServer, type RunningServer, runningServer } from './embedded-process.ts'
import { throughSocket } from './server-address.ts'

export interface EmbeddedPostgresOptions {
  /** The folder for the cluster, its password and its log. It is created if it is missing. */
  readonly directory: string
  /** Default: any free port. The server listens only on 127.0.0.1 and in the cluster's folder. */
  readonly port?: number
  /** For data that may be lost (tests): no waiting for the disk, little memory, and a stop without a last checkpoint. */
  readonly throwaway?: boolean
}

export interface EmbeddedPostgres {
  /** Connects as the owner, with the password; through the socket file if there is one, named as in libpq. */
  readonly url: string
  /** Stops the server and waits for its end; if another process has started the server, it keeps running. */
  stop(): Promise<void>
}

const startTimeoutMs = 60_000

/**
 * Starts a PostgreSQL server from the binaries that `npm ci` installed. The first start makes the cluster, which takes about a second;
 * later ones take a fraction of that, and recover from a crash. The owner's random password is made once and stored in the directory with
 * mode 0600. If another process already serves the directory, its server is used.
 *
 * The server ends with the process that started it, even when that process is killed.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await findPostgresBinaries()
  const account = await postgresAccount()
  await requireReach(account, binaries.postgres)

  await mkdir(options.directory, { recursive: true })
  // The system names a running server's directory by its real path.
  const directory = await realpath(options.directory)
  const cluster = join(directory, 'cluster')
  // The server's account needs access to the folders above the cluster; it owns only the cluster.
  if (account !== undefined) await chmod(directory, 0o711)
  const password = await keepPassword(join(directory, 'password'))
  const place = { binaries, account, directory, cluster }
  await initialiseCluster(place, password)

  const deadline = Date.now() + startTimeoutMs
  while (Date.now() < deadline) {
    const running = await runningServer(cluster)
    if (running !== undefined) {
      const url = urlOf(running, password)
      if (running.isReady && (await answers(url))) return { url, stop: async () => {} }
      await sleep(20) // another process starts or stops it
      continue
    }
    const port = options.port ?? (await freePort())
    const launched = await launchServer({ ...place, port, throwaway: options.throwaway ?? false })
    if (launched.outcome === 'ready') {
      return { url: urlOf(launched.server, password), stop: launched.stop }
    }
    if (launched.outcome === 'port taken' && options.port !== undefined) {
      throw new Error(`The embedded PostgreSQL cannot listen on port ${port}: another program uses it`)
    }
    await sleep(50) // another process has started the same cluster or taken the port meanwhile: try again
  }
  throw new Error(`PostgreSQL did not start within ${startTimeoutMs / 1000} s; see ${join(directory, 'server.log')}`)
}

/** The database of initdb, since the cluster serves nothing else: copying it to another name would take 0.3 s. */
function urlOf({ port, socketFolder }: RunningServer, password: string): string {
  const url = `postgres://${clusterOwner}:${password}@127.0.0.1:${port}/postgres`
  return socketFolder === undefined ? url : throughSocket(url, socketFolder)
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening, failed) => probe.once('error', failed).listen(0, '127.0.0.1', listening))
  const address = probe.address()
  await new Promise((closed) => probe.close(closed))
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port')
  return address.port
}

async function answers(url: string): Promise<boolean> {
  const database = openOwnerDatabase({ url, applicationName: 'assay-start', maxConnections: 1 })
  try {
    await database.sql`select 1`
    return true
  } catch {
    return false // it is starting or stopping: the caller tries again until its deadline
  } finally {
    await database.close()
  }
}
