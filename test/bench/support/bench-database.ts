import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureLogins, loginUrl, migrate, openOwnerDatabase, serviceNames, startEmbeddedPostgres } from '@assay/store'

/**
 * Runs `work` with a separate, migrated Postgres, configured as by `npm start`, and with a folder; both are removed afterwards. `url` has
 * the rights of the owner, `serviceUrl` those of every service.
 */
export async function withBenchDatabase<T>(
  work: (database: { readonly url: string; readonly serviceUrl: string; readonly folder: string }) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'))
  // The server may run under a separate account, which must be able to enter the folder.
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
