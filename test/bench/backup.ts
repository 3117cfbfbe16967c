import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCurrentSnapshot } from '@assay/directory'
import {
  createTenant,
  ensureLogins,
  inTenant,
  loginUrl,
  openDatabase,
  openOwnerDatabase,
  restoreBackup,
  serviceNames,
  writeBackup,
} from '@assay/store'
import { readBackupFile, writeBackupFile } from '../../apps/assay/src/backup-file.ts'
import { prepareDatabase } from '../../apps/assay/src/prepare-database.ts'
import { writeAccessFiles } from './support/access-files.ts'
import { type Bench, type Measure, median, timed } from './support/bench.ts'
import { runImportHalf } from './support/import-halves.ts'
import { type InstalledPostgres, installedPrograms, startInstalledPostgres } from './support/installed-postgres.ts'

const sizes = {
  small: { identities: 10_000, entitlements: 10_000, applications: 100, grants: 1_000_000, rounds: 3 },
  full: { identities: 100_000, entitlements: 20_000, applications: 200, grants: 10_000_000, rounds: 3 },
}
type Size = (typeof sizes)['full']

export const bench: Bench = {
  about:
    'backup and restore of all grants until the first right answer, against pg_dump -Fc and pg_restore with migrate, on an installed PostgreSQL of the same machine',
  async run({ scale, say }) {
    if (installedPrograms === undefined) {
      say('Nothing is measured: there is no PostgreSQL with its client programs in /usr/lib/postgresql')
      return []
    }
    const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'))
    // The server runs under a separate account, which must be able to enter the folder.
    await chmod(folder, 0o711)
    try {
      const server = await startInstalledPostgres(join(folder, 'server'))
      try {
        return await compare(server, folder, sizes[scale], say)
      } finally {
        await server.stop()
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function compare(
  server: InstalledPostgres,
  folder: string,
  size: Size,
  say: (text: string) => void,
): Promise<readonly Measure[]> {
  const login = { name: 'assay_bench', password: 'assay_bench', services: serviceNames }
  await server.run('createdb', 'origin')
  await prepareDatabase(server.url('origin'))
  const owner = openOwnerDatabase({ url: server.url('origin'), applicationName: 'assay-bench', maxConnections: 1 })
  await ensureLogins(owner.sql, [login])
  const { tenantId } = await createTenant(owner.sql, 'bench')
  const files = join(folder, 'files')
  await mkdir(files)
  await writeAccessFiles(files, size)
  const serviceUrl = (database: string) => loginUrl(server.url(database), login)
  const { id } = await runImportHalf('upload', serviceUrl('origin'), tenantId, files)
  await runImportHalf('commit', serviceUrl('origin'), tenantId, id)
  await owner.sql`vacuum analyze`
  await owner.close()
  const right = await answerOf(serviceUrl('origin'), tenantId)
  say(`${server.version}; ${right.grants.toLocaleString('en')} grants, a snapshot of ${right.snapshotBytes} bytes`)

  const ours: Round[] = []
  const theirs: Round[] = []
  for (let round = 0; round < size.rounds; round++) {
    const check = async (database: string) => {
      const answer = await answerOf(serviceUrl(database), tenantId)
      if (JSON.stringify(answer) !== JSON.stringify(right))
        throw new Error(`${database} answers ${JSON.stringify(answer)}`)
    }
    theirs.push(await byDump(server, folder, `dumped_${round}`, check))
    ours.push(await byBackup(server, folder, `backed_up_${round}`, check))
    say(`round ${round + 1}: ${words('pg_dump, pg_restore', theirs.at(-1))}; ${words('backup, restore', ours.at(-1))}`)
  }
  const of = (rounds: readonly Round[], figure: keyof Round) => median(rounds.map((round) => round[figure]))
  const ratio = median(
    ours.map(({ backupMs, restoreMs }, round) => {
      const other = theirs[round]
      return other === undefined ? Number.NaN : (backupMs + restoreMs) / (other.backupMs + other.restoreMs)
    }),
  )
  return [
    { measure: 'pg_dump -Fc', value: of(theirs, 'backupMs') / 1000, unit: 's' },
    {
      measure: 'createdb, pg_restore, migrate, until the first right answer',
      value: of(theirs, 'restoreMs') / 1000,
      unit: 's',
    },
    { measure: 'assay backup', value: of(ours, 'backupMs') / 1000, unit: 's' },
    {
      measure: 'createdb, assay restore, until the first right answer',
      value: of(ours, 'restoreMs') / 1000,
      unit: 's',
    },
    { measure: 'bytes of the dump', value: of(theirs, 'bytes') / 1e6, unit: 'MB' },
    { measure: 'bytes of the backup', value: of(ours, 'bytes') / 1e6, unit: 'MB' },
    { measure: 'backup and restore, times pg_dump and pg_restore', value: ratio, unit: 'x', goal: { atMost: 1.5 } },
  ]
}

interface Round {
  readonly backupMs: number
  readonly restoreMs: number
  readonly bytes: number
}

type Check = (database: string) => Promise<void>

async function byDump(server: InstalledPostgres, folder: string, name: string, check: Check): Promise<Round> {
  const file = join(folder, `${name}.dump`)
  const backupMs = await timed(() => server.run('pg_dump', '--format=custom', `--file=${file}`, 'origin'))
  const { size: bytes } = await stat(file)
  const restoreMs = await timed(async () => {
    await server.run('createdb', name)
    await server.run('pg_restore', `--dbname=${name}`, file)
    await prepareDatabase(server.url(name))
    await check(name)
  })
  await clear(server, name, file)
  return { backupMs, restoreMs, bytes }
}

async function byBackup(server: InstalledPostgres, folder: string, name: string, check: Check): Promise<Round> {
  const file = join(folder, `${name}.assay`)
  const origin = openOwnerDatabase({ url: server.url('origin'), applicationName: 'assay-bench', maxConnections: 1 })
  const backupMs = await timed(() => writeBackupFile(file, [], (write) => writeBackup(origin.sql, write)))
  await origin.close()
  const { size: bytes } = await stat(file)
  const restoreMs = await timed(async () => {
    await server.run('createdb', name)
    await prepareDatabase(server.url(name))
    const target = openOwnerDatabase({ url: server.url(name), applicationName: 'assay-bench', maxConnections: 1 })
    await restoreBackup(target.sql, await readBackupFile(file, undefined))
    await target.close()
    await check(name)
  })
  await clear(server, name, file)
  return { backupMs, restoreMs, bytes }
}

/** Cleans up, so that the next round begins with the same disk. */
async function clear(server: InstalledPostgres, name: string, file: string): Promise<void> {
  await server.run('dropdb', name)
  await rm(file)
}

/** The data that a service reads first: the snapshot, and the number of all grants. */
async function answerOf(url: string, tenantId: number) {
  const database = openDatabase({ url, applicationName: 'assay-bench-service', maxConnections: 2 })
  try {
    const loaded = await loadCurrentSnapshot(database.sql, tenantId)
    const { grants } = (
      await inTenant(
        database.sql,
        tenantId,
        (sql) => sql<{ grants: number }[]>`
      select count(*) as grants from grants`,
      )
    )[0]!
    return { importId: loaded?.importId, snapshotBytes: loaded?.buffer.byteLength ?? 0, grants }
  } finally {
    await database.close()
  }
}

function words(name: string, round: Round | undefined): string {
  const seconds = (ms: number | undefined) => ((ms ?? 0) / 1000).toFixed(1)
  return `${name} ${seconds(round?.backupMs)} and ${seconds(round?.restoreMs)} s`
}
