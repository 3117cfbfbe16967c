import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile, readlink, rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { unreachable } from './embedded-account.ts'
import type { Place } from './embedded-cluster.ts'

export interface RunningServer {
  readonly port: number
  /** The folder of its socket file; undefined if it has none. */
  readonly socketFolder: string | undefined
  readonly isReady: boolean
}

/**
 * The server that holds the cluster, read from its `postmaster.pid`. One that a crash left behind is removed when its
 * process number is free or belongs to something else by now; PostgreSQL itself would not start in the latter case.
 */
export async function runningServer(cluster: string): Promise<RunningServer | undefined> {
  const path = join(cluster, 'postmaster.pid')
  const text = await readFile(path, 'utf8').catch(() => '')
  if (text === '') return undefined
  // https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/utils/pidfile.h
  const [pid, , , port, socketFolder, , , status] = text.split('\n')
  if (!(await servesCluster(Number(pid), cluster))) {
    const isStill = (await readFile(path, 'utf8').catch(() => '')) === text
    if (isStill) await rm(path, { force: true })
    return undefined
  }
  return { port: Number(port), socketFolder: socketFolder || undefined, isReady: status?.trim() === 'ready' }
}

async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false
  if (process.platform === 'linux') {
    // A server's working directory is its cluster. One that cannot be read is that of a stranger, or of a process that
    // ended and was not collected by its parent, as happens in containers.
    return (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === cluster
  }
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Anything else than "no such process" means that there is one.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

type Launch =
  | { readonly outcome: 'ready'; readonly server: RunningServer; stop(): Promise<void> }
  | { readonly outcome: 'port taken' | 'cluster taken' }

/** Starts the server and waits until it takes connections. Throws with the server's own words when it does not come up. */
export async function launchServer(place: Place & { port: number; throwaway: boolean }): Promise<Launch> {
  const { binaries, account, directory, cluster, port, throwaway } = place
  const logPath = join(directory, 'server.log')
  const log = await open(logPath, 'w', 0o600)
  const settings = Object.entries(settingsFor(cluster, port, throwaway)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const [program, ...args] = endingWithUs([binaries.postgres, '-D', cluster, ...settings], throwaway ? 'QUIT' : 'INT')
  if (program === undefined) throw new Error('there is no program to start')
  const child = spawn(program, args, {
    ...account,
    cwd: directory,
    // A separate session: Ctrl-C in a terminal first reaches the services, which still need their database then.
    detached: true,
    stdio: ['pipe', log.fd, log.fd],
    env: { ...process.env, LC_ALL: 'C' },
  })
  const ended = new Promise<void>((settle) => child.once('exit', () => settle()).once('error', () => settle()))
  await log.close()

  for (;;) {
    const isOver = await Promise.race([ended.then(() => true), sleep(10, false)])
    if (isOver) break
    const server = await runningServer(cluster)
    if (server?.isReady && server.port === port) {
      child.unref() // waiting for it is for `stop` alone
      return { outcome: 'ready', server, stop: () => stopServer(child, ended) }
    }
  }
  child.stdin?.destroy()
  const said = (await readFile(logPath, 'utf8')).trim()
  if (/"postmaster\.pid" already exists|pre-existing shared memory block/.test(said))
    return { outcome: 'cluster taken' }
  if (/could not bind IPv4 address/.test(said)) return { outcome: 'port taken' }
  if (account !== undefined && /permission denied/i.test(said)) throw await unreachable(account, cluster, said)
  throw new Error(`The embedded PostgreSQL did not start:\n${said}`)
}

/**
 * The command in a shell that sends the server `signal` as soon as our end of the shell's standard input closes, which
 * the system does for us however we end. The shell turns into the server, so the child's process number is the server's.
 */
function endingWithUs(command: string[], signal: 'INT' | 'QUIT'): string[] {
  if (process.platform === 'win32') return command // ends hard, and recovers at the next start
  const script = `exec 3<&0; ( read -r _ <&3; kill -s ${signal} $$ ) 2>/dev/null & exec "$@" 3<&- </dev/null`
  return ['/bin/sh', '-c', script, 'sh', ...command]
}

async function stopServer(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.ref()
  if (process.platform === 'win32') child.kill()
  else child.stdin?.destroy()
  await ended
}

/** For one machine that also runs everything else; an own server (DATABASE_URL) is tuned by its administrator. */
function settingsFor(cluster: string, port: number, throwaway: boolean): Record<string, string | number> {
  const memoryMB = totalmem() / 2 ** 20
  const common = {
    port,
    listen_addresses: '127.0.0.1',
    // In the cluster, which other users of the machine cannot enter.
    unix_socket_directories: hasRoomForSocket(cluster) ? quotedName(cluster) : '',
    // Compiling a query costs more than it saves for our short ones.
    jit: 'off',
    // This server has no replicas; without replication COPY into a table made in the same transaction skips the log.
    wal_level: 'minimal',
    max_wal_senders: 0,
    random_page_cost: 1.1,
  }
  if (throwaway) {
    const unsafe = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
    return { ...common, ...unsafe, shared_buffers: '64MB', max_connections: 300, max_wal_size: '1GB' }
  }
  return {
    ...common,
    shared_buffers: `${megabytes(memoryMB / 8, 128, 1024)}MB`,
    effective_cache_size: `${megabytes(memoryMB / 2, 256, 65_536)}MB`,
    maintenance_work_mem: `${megabytes(memoryMB / 32, 64, 512)}MB`,
    work_mem: '16MB',
    // Imports come in bursts of gigabytes; fewer checkpoints while they last.
    max_wal_size: '4GB',
    max_connections: 100,
  }
}

/** In bytes, with the null at the end: `sun_path` of macOS; Linux has 108. */
const longestSocketPath = 104

/** A socket file spares both sides a fifth of what a small transaction costs over TCP, but the system limits its path. */
function hasRoomForSocket(cluster: string): boolean {
  return process.platform !== 'win32' && Buffer.byteLength(`${cluster}/.s.PGSQL.65535.lock`) < longestSocketPath
}

/** The setting is a list, divided by commas. */
function quotedName(path: string): string {
  return `"${path.replaceAll('"', '""')}"`
}

function megabytes(wanted: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(wanted, least), most))
}
