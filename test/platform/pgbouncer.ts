import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { unusedPorts } from '@assay/server'
import type { ServiceLogin } from '@assay/store'
import { postgresAccount } from '../../libs/store/src/embedded-account.ts'

/** The pooler's program; undefined when this machine has none. */
export const pgbouncerProgram = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  .map((folder) => join(folder, 'pgbouncer'))
  .find(isExecutable)

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export interface Pgbouncer {
  /** The access of a login through the pooler. */
  url(login: Pick<ServiceLogin, 'name' | 'password'>): string
  stop(): Promise<void>
}

interface PgbouncerOptions {
  /** The URL of the server and database behind the pooler. */
  readonly serverUrl: string
  readonly logins: readonly Pick<ServiceLogin, 'name' | 'password'>[]
  /** The number of connections to the server for each login. */
  readonly poolSize: number
  /** The login that the pooler uses for all clients; by default that of the client. */
  readonly worksAs?: Pick<ServiceLogin, 'name' | 'password'>
}

/** PgBouncer in transaction mode, which refuses unknown parameters at the start of a connection. */
export async function startPgbouncer({ serverUrl, logins, poolSize, worksAs }: PgbouncerOptions): Promise<Pgbouncer> {
  if (pgbouncerProgram === undefined) throw new Error('this machine has no pgbouncer')
  const [port] = await unusedPorts(1)
  const folder = await mkdtemp(join(tmpdir(), 'assay-pgbouncer-'))
  // It does not run as root.
  const account = await postgresAccount()
  if (account !== undefined) await chmod(folder, 0o755)
  const server = new URL(serverUrl)
  const forced = worksAs === undefined ? '' : ` user=${worksAs.name} password=${worksAs.password}`
  const config = `[databases]
* = host=${server.hostname} port=${server.port || 5432}${forced}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
`
  await writeFile(join(folder, 'pgbouncer.ini'), config)
  await writeFile(join(folder, 'users.txt'), logins.map(({ name, password }) => `"${name}" "${password}"\n`).join(''))
  const child = spawn(pgbouncerProgram, [join(folder, 'pgbouncer.ini')], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  while (!(await answers(port!))) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`)
    await sleep(20)
  }
  return {
    url: ({ name, password }) => `postgres://${name}:${password}@127.0.0.1:${port}${server.pathname}`,
    stop: async () => {
      await end(child)
      await rm(folder, { recursive: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
