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
 * The server that runs the cluster, read from its `postmaster.pid`. A file that a crash left behind is removed if its process id is unused
 * or belongs to another program; in the latter case, PostgreSQL itself would not start.
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
    // A server's working directory is its cluster. If it cannot be read, the process belongs to another user, or it has ended and its
    // parent has not collected it, as happens in containers.
    return (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === cluster
  }
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Every other error means that the process exists.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

type Launch =
  | { readonly outcome: 'ready'; readonly server: RunningServer; stop(): Promise<void> }
  | { readonly outcome: 'port taken' | 'cluster taken' }

/** Starts the server and waits until it accepts connections. @throws Error with the server's own message when it does not start */
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
    // A separate session: Ctrl-C in a terminal first reaches the services, which still need their database.
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
 * Runs the command in a shell that sends `signal` to the server when this process's end of the shell's standard input closes, which the
 * system does however this process ends. The shell replaces itself by the server, so the child's process id is the server's.
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

/** Settings for one machine that also runs everything else; the administrator of another server (DATABASE_URL) tunes that server. */
function settingsFor(cluster: string, port: number, throwaway: boolean): Record<string, string | number> {
  const memoryMB = totalmem() / 2 ** 20
  const common = {
    port,
    listen_addresses: '127.0.0.1',
    // In the cluster's folder, which other users of the machine cannot enter.
    unix_socket_directories: hasRoomForSocket(cluster) ? quotedName(cluster) : '',
    // For short queries, compiling costs more than it saves.
    jit: 'off',
    // This server has no replicas. Without replication, a COPY into a table that the same transaction made skips the log.
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
    // Imports write gigabytes in a short time; fewer checkpoints make them faster.
    max_wal_size: '4GB',
    max_connections: 100,
  }
}

/** In bytes, with the null at the end: `sun_path` of macOS; Linux has 108. */
const longestSocketPath = 104

/** With a socket file, a small transaction costs a fifth less than over TCP, but the system limits its path. */
function hasRoomForSocket(cluster: string): boolean {
  return process.platform !== 'win32' && Buffer.byteLength(`${cluster}/.s.PGSQL.65535.lock`) < longestSocketPath
}

/** The setting is a list separated by commas. */
function quotedName(path: string): string {
  return `"${path.replaceAll('"', '""')}"`
}

function megabytes(wanted: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(wanted, least), most))
}
