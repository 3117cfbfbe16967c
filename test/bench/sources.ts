import { execFile } from 'node:child_process'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createTenant, openOwnerDatabase } from '@assay/store'
import { type AccessSize, writeAccessFiles } from './support/access-files.ts'
import type { Bench, Measure } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'
import { measureFiveSources } from './support/five-sources.ts'
import { wideMap, writeWideFiles, writeWorkbook } from './support/wide-files.ts'

const sizes = {
  small: {
    ...{ identities: 5_000, entitlements: 2_000, applications: 50, grants: 200_000 },
    ...{ sheetRows: 20_000, changedGrants: 2_000 },
  },
  full: {
    ...{ identities: 100_000, entitlements: 20_000, applications: 200, grants: 10_000_000 },
    ...{ sheetRows: 500_000, changedGrants: 100_000 },
  },
}
type Size = AccessSize & { readonly sheetRows: number; readonly changedGrants: number }

export const bench: Bench = {
  about: "the same grants as one wide CSV, as NDJSON and as a workbook, by a map, against the import's own files",
  async run({ scale, say }) {
    const size = sizes[scale]
    return withBenchDatabase(async ({ url, serviceUrl, folder }) => {
      const files = join(folder, 'files')
      await mkdir(files)
      await writeAccessFiles(files, size)
      const path = (name: string) => join(folder, name)
      await writeWideFiles(files, path('wide.csv'), path('wide.ndjson'))
      await writeWorkbook(files, path('wide.xlsx'), size.sheetRows)
      for (const format of ['delimited', 'ndjson', 'sheet'] as const) {
        await writeFile(path(`${format}.yaml`), wideMap(format))
      }
      const megabytes = async (name: string) => `${name} ${Math.round((await stat(path(name))).size / 1e6)} MB`
      say((await Promise.all(['wide.csv', 'wide.ndjson', 'wide.xlsx'].map(megabytes))).join(', '))
      const formats = await compare(url, serviceUrl, path, files, size, say)
      const nativeSeconds = formats[0]?.value ?? 0
      const { changedGrants } = size
      return [
        ...formats,
        ...(await measureFiveSources({ url, serviceUrl, folder, files, changedGrants, nativeSeconds, say })),
      ]
    })
  },
}

async function compare(
  url: string,
  serviceUrl: string,
  path: (name: string) => string,
  files: string,
  size: Size,
  say: (text: string) => void,
): Promise<Measure[]> {
  const owner = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 1 })
  try {
    const load = async (name: string, first: (tenant: string) => Promise<Half>) => {
      const { tenantId } = await createTenant(owner.sql, `bench ${name}`)
      const read = await first(String(tenantId))
      const commit = await run('import-process.ts', 'commit', serviceUrl, String(tenantId), read.id)
      say(
        `${name}: read and uploaded in ${(read.ms / 1000).toFixed(1)} s (${(read.cpuMs / 1000).toFixed(1)} s of processor time), ` +
          `${read.maxRssMb.toFixed(0)} MB; committed in ${(commit.ms / 1000).toFixed(1)} s, ${commit.maxRssMb.toFixed(0)} MB`,
      )
      return { seconds: (read.ms + commit.ms) / 1000, readSeconds: read.ms / 1000, megabytes: read.maxRssMb }
    }
    const byMap = (file: string, map: string) => (tenant: string) =>
      run('sources-process.ts', serviceUrl, tenant, path(file), path(map))
    const native = await load('native', (tenant) => run('import-process.ts', 'upload', serviceUrl, tenant, files))
    const csv = await load('wide CSV', byMap('wide.csv', 'delimited.yaml'))
    const ndjson = await load('NDJSON', byMap('wide.ndjson', 'ndjson.yaml'))
    const sheet = await load('workbook', byMap('wide.xlsx', 'sheet.yaml'))
    const rows = size.sheetRows.toLocaleString('en')
    return [
      { measure: 'native import, upload and commit', value: native.seconds, unit: 's' },
      {
        measure: 'one wide CSV by a map, times native',
        value: csv.seconds / native.seconds,
        unit: 'x',
        goal: { atMost: 3 },
      },
      {
        measure: 'NDJSON by a map, times native',
        value: ndjson.seconds / native.seconds,
        unit: 'x',
        goal: { atMost: 3 },
      },
      { measure: 'memory of reading the wide CSV', value: csv.megabytes, unit: 'MB', goal: { atMost: 500 } },
      { measure: 'memory of reading NDJSON', value: ndjson.megabytes, unit: 'MB', goal: { atMost: 500 } },
      {
        measure: `workbook of ${rows} rows, read and uploaded`,
        value: sheet.readSeconds,
        unit: 's',
        goal: { atMost: 30 },
      },
      { measure: 'memory of reading the workbook', value: sheet.megabytes, unit: 'MB', goal: { atMost: 500 } },
    ]
  } finally {
    await owner.close()
  }
}

interface Half {
  readonly id: string
  readonly ms: number
  readonly cpuMs: number
  readonly maxRssMb: number
}

async function run(script: string, ...given: string[]): Promise<Half> {
  const path = join(import.meta.dirname, 'support', script)
  const { stdout } = await promisify(execFile)(process.execPath, [path, ...given])
  return JSON.parse(stdout) as Half
}
