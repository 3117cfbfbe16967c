import { createReadStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { loadCurrentSnapshot } from '@assay/directory'
import { createTenant, openDatabase, openOwnerDatabase, type Sql } from '@assay/store'
import { type AccessSize, writeAccessFiles } from './support/access-files.ts'
import { type Bench, type Measure, median, timed } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'
import { type ImportHalf, runImportHalf } from './support/import-halves.ts'

const sizes = {
  small: { identities: 10_000, entitlements: 2_000, applications: 50, grants: 500_000, rounds: 1 },
  full: { identities: 100_000, entitlements: 20_000, applications: 200, grants: 10_000_000, rounds: 3 },
}
type Size = AccessSize & { readonly rounds: number }

export const bench: Bench = {
  about: 'a whole import, upload included, against a bare COPY of the same grants.csv into one table',
  async run({ scale, say }) {
    const size = sizes[scale]
    return withBenchDatabase(async ({ url, serviceUrl, folder }) => {
      const files = join(folder, 'files')
      await mkdir(files)
      await writeAccessFiles(files, size)
      const bytes = (await stat(join(files, 'grants.csv'))).size
      say(`${size.grants.toLocaleString('en')} grants, grants.csv has ${Math.round(bytes / 1e6)} MB`)
      return compare(url, serviceUrl, files, size, say)
    })
  },
}

async function compare(
  url: string,
  serviceUrl: string,
  files: string,
  size: Size,
  say: (text: string) => void,
): Promise<Measure[]> {
  const owner = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 1 })
  const service = openDatabase({ url: serviceUrl, applicationName: 'assay-bench-service', maxConnections: 2 })
  try {
    const copies: number[] = []
    const uploads: ImportHalf[] = []
    const commits: ImportHalf[] = []
    const loads: number[] = []
    for (let round = 0; round < size.rounds; round++) {
      copies.push(await bareCopy(owner.sql, join(files, 'grants.csv')))
      const { tenantId } = await createTenant(owner.sql, `bench ${round}`)
      uploads.push(await runImportHalf('upload', serviceUrl, tenantId, files))
      commits.push(await runImportHalf('commit', serviceUrl, tenantId, uploads[round]!.id))
      loads.push(await timed(() => loadCurrentSnapshot(service.sql, tenantId)))
      say(
        `round ${round + 1}: COPY ${copies[round]!.toFixed(0)} ms, upload ${uploads[round]!.ms.toFixed(0)} ms, ` +
          `commit ${commits[round]!.ms.toFixed(0)} ms (${JSON.stringify(commits[round]!.steps)})`,
      )
    }
    const bare = median(copies)
    const whole = median(copies.map((_, round) => uploads[round]!.ms + commits[round]!.ms))
    const memory = (halves: readonly ImportHalf[]) => Math.max(...halves.map(({ maxRssMb }) => maxRssMb))
    return [
      { measure: 'bare COPY of grants.csv', value: bare / 1000, unit: 's' },
      { measure: 'upload of all files', value: median(uploads.map(({ ms }) => ms)) / 1000, unit: 's' },
      { measure: 'commit', value: median(commits.map(({ ms }) => ms)) / 1000, unit: 's' },
      { measure: 'import, upload and commit', value: whole / 1000, unit: 's' },
      { measure: 'import, times a bare COPY', value: whole / bare, unit: 'x', goal: { atMost: 3 } },
      { measure: 'memory of the uploading process', value: memory(uploads), unit: 'MB', goal: { atMost: 500 } },
      { measure: 'memory of the committing process', value: memory(commits), unit: 'MB', goal: { atMost: 500 } },
      { measure: 'loading the snapshot', value: median(loads) / 1000, unit: 's', goal: { atMost: 1 } },
    ]
  } finally {
    await service.close()
    await owner.close()
  }
}

/** The least time of Postgres: it copies the unchanged file into a table without indexes, keys or row security. */
async function bareCopy(sql: Sql, file: string): Promise<number> {
  await sql`create table bare_grants (identity_id text, entitlement_id text, granted_at timestamptz, last_used_at timestamptz)`
  try {
    return await timed(async () => {
      const target = await sql`copy bare_grants from stdin (format csv, header)`.writable()
      await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), target)
    })
  } finally {
    await sql`drop table bare_grants`
  }
}
