import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { unusedPorts } from '@assay/server'
import { postgresAccount } from '../../../libs/store/src/embedded-account.ts'

const installed = '/usr/lib/postgresql'

/** The programs of the newest PostgreSQL that a package of the system installed; undefined without one. */
export const installedPrograms = existsSync(installed)
  ? readdirSync(installed)
      .toSorted((a, b) => Number(b) - Number(a))
      .map((version) => join(installed, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_restore')))
  : undefined

/** A server of that version, with the settings of a usual small one, and its client programs. */
export interface InstalledPostgres {
  readonly version: string
  /** The owner's URL of the database with this name. */
  url(database: string): string
  /** Runs `pg_dump`, `pg_restore`, `createdb` and others as the owner. @throws Error with the output of the program */
  run(program: string, ...args: readonly string[]): Promise<string>
  stop(): Promise<void>
}

const owner = 'assay'
const password = 'assay'

export async function startInstalledPostgres(folder: string): Promise<InstalledPostgres> {
  if (installedPrograms === undefined) throw new Error(`no PostgreSQL is installed in ${installed}`)
  const program = (name: string) => join(installedPrograms ?? '', name)
  // PostgreSQL does not run as root.
  const account = await postgresAccount()
  await mkdir(folder, { mode: 0o711 })
  const cluster = join(folder, 'cluster')
  await mkdir(cluster, { mode: 0o700 })
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, password)
  if (account !== undefined) {
    for (const path of [folder, cluster, passwordFile]) await chown(path, account.uid, account.gid)
  }
  const form = ['--encoding=UTF8', '--locale=C.UTF-8', '--auth=scram-sha-256', `--username=${owner}`]
  await promisify(execFile)(program('initdb'), [`--pgdata=${cluster}`, ...form, `--pwfile=${passwordFile}`], {
    ...account,
    cwd: folder,
  })
  const [port] = await unusedPorts(1)
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '256MB',
    max_wal_size: '4GB',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(program('postgres'), ['-D', cluster, ...flags], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  server.stderr.on('data', (chunk) => (said = `${said}${chunk}`.slice(-4_000)))
  const environment = { ...process.env, PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: owner, PGPASSWORD: password }
  const run = async (name: string, ...args: readonly string[]) =>
    (await promisify(execFile)(program(name), [...args], { env: environment, maxBuffer: 2 ** 26 })).stdout
  while (
    !(await run('pg_isready')
      .then(() => true)
      .catch(() => false))
  ) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended: ${said}`)
    await sleep(100)
  }
  return {
    version: (await run('postgres', '--version')).trim(),
    url: (database) => `postgres://${owner}:${password}@127.0.0.1:${port}/${database}`,
    run,
    async stop() {
      const ended = once(server, 'exit')
      server.kill('SIGINT')
      await ended
    },
  }
}
