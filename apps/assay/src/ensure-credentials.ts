import { mkdir, writeFile } from 'node:fs/promises'
import { createApiClient, listenAddress, publicAddress } from '@assay/auth'
import { clientDialects } from '@assay/dialects/clients'
import { createTenant, findTenant, openOwnerDatabase } from '@assay/store'
import {
  type ClientCredentials,
  type Credentials,
  credentialsFile,
  localTenant,
  readCredentials,
} from './credentials.ts'
import type { Settings } from './settings.ts'

/**
 * On the first start, makes the tenant `local` and one administrator client for each dialect, and stores their secrets in the credentials
 * file, mode 0600; the database has only a hash or a public key of each. Some clients find the platform by the host and port in their
 * client id. Later starts only change the base URL in the file when the address has changed; `clients create` then makes a client for the
 * new address.
 */
export async function ensureCredentials(ownerUrl: string, settings: Settings, baseUrl: string): Promise<void> {
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-start', maxConnections: 1 })
  try {
    const known = await findTenant(owner.sql, localTenant)
    const kept = known && (await readCredentials(settings).catch(() => undefined))
    if (kept !== undefined) {
      const { certificateFile } = settings
      if (kept.baseUrl !== baseUrl || kept.certificateFile !== certificateFile) {
        await write(settings, { ...kept, baseUrl, certificateFile })
      }
      return
    }
    const { tenantId } = known ?? (await createTenant(owner.sql, localTenant))
    const host = publicAddress(process.env.ASSAY_PUBLIC_HOSTS, listenAddress(baseUrl))
    const clients: Record<string, ClientCredentials> = {}
    for (const dialect of clientDialects) {
      const displayName = `Local administrator (${dialect.name})`
      clients[dialect.name] = await createApiClient(owner.sql, { tenantId, dialect, role: 'admin', displayName, host })
    }
    await write(settings, { baseUrl, certificateFile: settings.certificateFile, tenant: localTenant, clients })
  } finally {
    await owner.close()
  }
}

async function write(settings: Settings, { clients, ...reached }: Credentials): Promise<void> {
  await mkdir(settings.dataDirectory, { recursive: true })
  await writeFile(credentialsFile(settings), `${JSON.stringify({ ...reached, ...clients }, null, 2)}\n`, {
    mode: 0o600,
  })
}
