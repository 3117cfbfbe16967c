import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureLogins, loginUrl, migrate, openOwnerDatabase, serviceNames, startEmbeddedPostgres } from '@assay/store'

/**
 * Runs `work` with a migrated Postgres of its own, set up as `npm start` sets it up, and a folder; both go afterwards. `url` is the
 * owner's, `serviceUrl` that of a login with the rights of every service.
 */
export async function withBenchDatabase<T>(
  work: (database: { readonly url: string; readonly serviceUrl: string; readonly folder: string }) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'))
  // The server may have an account of its own, which has to pass through.
  await chmod(folder, 0o711)
  try {
    const postgres = await startEmbeddedPostgres({ directory: join(folder, 'postgres') })
    try {
      await migrate(postgres.url)
      return await work({ url: postgres.url, serviceUrl: await makeLogin(postgres.url), folder })
    } finally {
      await postgres.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeLogin(ownerUrl: string): Promise<string> {
  const login = { name: 'assay_bench', password: 'assay_bench', services: serviceNames }
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-bench', maxConnections: 1 })
  await ensureLogins(owner.sql, [login])
  await owner.close()
  return loginUrl(ownerUrl, login)
}
