import { createReadStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApiClient } from '@assay/auth'
import { conductorone } from '@assay/dialects'
import { type Database, openOwnerDatabase } from '@assay/store'
import type { Transport } from '@connectrpc/connect'
import { fetchToken } from '../../../apps/assay/src/api-client.ts'
import { importSources } from '../../../apps/assay/src/commands/import.ts'
import { startPlatform } from '../../../apps/assay/src/platform.ts'
import { grpc } from '../../platform/platform.ts'
import { withBenchDatabase } from './bench-database.ts'

/** Every process of the platform on a separate database, as `npm start` runs them, with a client. */
export interface BenchPlatform {
  readonly port: number
  readonly token: string
  readonly transport: Transport
  readonly tenantId: number
  readonly owner: Database
  /** An empty folder for files. */
  readonly folder: string
  /** Loads the files of a folder through the public port, and waits for all work that follows. */
  load(folder: string): Promise<void>
  /** Waits until no job is running or waiting. */
  idle(): Promise<void>
  /** The address of each process's metrics, if metrics are requested. */
  readonly metrics: readonly { readonly process: string; readonly metricsUrl: string }[]
}

export async function withBenchPlatform<T>(
  work: (platform: BenchPlatform) => Promise<T>,
  { showsMetrics = false } = {},
): Promise<T> {
  return withBenchDatabase((database) => withPlatformOn(database, work, { showsMetrics }))
}

/** The same on an existing database; several platforms may use it, one after another. */
export async function withPlatformOn<T>(
  { url, folder }: { readonly url: string; readonly folder: string },
  work: (platform: BenchPlatform) => Promise<T>,
  { showsMetrics = false } = {},
): Promise<T> {
  const dataDirectory = join(folder, 'data')
  const files = join(folder, 'files')
  await mkdir(dataDirectory, { recursive: true })
  await mkdir(files, { recursive: true })
  const settings = {
    databaseUrl: url,
    dataDirectory,
    host: '127.0.0.1',
    port: 0,
    ...(showsMetrics && { metricsPort: 0 }),
  }
  const platform = await startPlatform(settings)
  const owner = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 10 })
  try {
    const { baseUrl } = platform
    const { tenant_id: tenantId } = (
      await owner.sql<{ tenant_id: number }[]>`
        select tenant_id from tenants where name = 'local'`
    )[0]!
    const about = {
      tenantId,
      dialect: conductorone.clients,
      role: 'admin',
      displayName: 'bench',
      host: '127.0.0.1',
    } as const
    const token = await fetchToken(baseUrl, await createApiClient(owner.sql, about))
    const transport = grpc(baseUrl, token)
    const idle = async () => {
      for (let open = true; open; await sleep(50)) {
        const { count } = (
          await owner.sql<{ count: number }[]>`
            select count(*)::integer as count from pgboss.job
            -- What is to be cleared away later is not work yet.
            where state in ('retry', 'active') or state = 'created' and start_after <= now()`
        )[0]!
        open = count > 0
      }
    }
    const load = async (from: string) => {
      const sources = (await readdir(from)).map((fileName) => ({
        fileName,
        content: createReadStream(join(from, fileName), { highWaterMark: 256 * 1024 }),
      }))
      await importSources({ baseUrl, token, transport }, sources, { skipInvalid: false, report: () => {} })
      await idle()
    }
    return await work({
      port: Number(new URL(baseUrl).port),
      token,
      transport,
      tenantId,
      owner,
      folder: files,
      load,
      idle,
      metrics: metricsOf(platform.notes),
    })
  } finally {
    await owner.close()
    await platform.stop()
  }
}

/** Reads the addresses from the output of a start: `Metrics: http://127.0.0.1:9464/metrics (gateway), ...`. */
function metricsOf(notes: readonly string[]) {
  const line = notes.find((note) => note.startsWith('Metrics: ')) ?? ''
  return [...line.matchAll(/(http\S+) \(([\w-]+)\)/g)].map(([, metricsUrl = '', process = '']) => ({
    process,
    metricsUrl,
  }))
}
