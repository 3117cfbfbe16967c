import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createApiClient, type Dialect, listenAddress, publicAddress } from '@assay/auth'
import { createTenant, openOwnerDatabase } from '@assay/store'
import type { Settings } from './settings.ts'

/** The tenant that the first start makes. */
export const localTenant = 'local'

export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** What `.data/credentials.json` holds: how to reach the local platform as its administrator. */
export interface Credentials {
  readonly baseUrl: string
  /** PEM file of the certificate that the platform was started with last. */
  readonly certificateFile?: string | undefined
  readonly tenant: string
  readonly c1: ClientCredentials
  readonly sailpoint: ClientCredentials
}

const fileOf = (settings: Settings) => join(settings.dataDirectory, 'credentials.json')

/** @throws Error saying how to get credentials where there are none */
export async function readCredentials(settings: Settings): Promise<Credentials> {
  const file = fileOf(settings)
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Credentials
  } catch (error) {
    throw new Error(`There are no local credentials in ${file}: start the platform once with "npm start"`, {
      cause: error,
    })
  }
}

/**
 * Makes the tenant `local` and one administrator client for each dialect on the first start, and keeps their secrets in
 * the credentials file, mode 0600; the database holds a hash or a public key of them only. The id of C1's client carries host
 * and port, from which its Go client finds the platform. Later starts keep the file, apart from the base URL when the address
 * has changed; `clients create` then makes a client of the other address.
 */
export async function ensureCredentials(ownerUrl: string, settings: Settings, baseUrl: string): Promise<void> {
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-start', maxConnections: 1 })
  try {
    const [known] = await owner.sql<{ tenant_id: number }[]>`select tenant_id from tenants where name = ${localTenant}`
    const kept = known && (await readCredentials(settings).catch(() => undefined))
    if (kept !== undefined) {
      const { certificateFile } = settings
      if (kept.baseUrl !== baseUrl || kept.certificateFile !== certificateFile) {
        await write(settings, { ...kept, baseUrl, certificateFile })
      }
      return
    }
    const tenantId = known?.tenant_id ?? (await createTenant(owner.sql, localTenant)).tenantId
    const host = publicAddress(process.env.ASSAY_PUBLIC_HOSTS, listenAddress(baseUrl))
    const client = (dialect: Dialect) =>
      createApiClient(owner.sql, {
        tenantId,
        dialect,
        role: 'admin',
        displayName: `Local administrator (${dialect})`,
        host,
      })
    await write(settings, {
      baseUrl,
      certificateFile: settings.certificateFile,
      tenant: localTenant,
      c1: await client('c1'),
      sailpoint: await client('sailpoint'),
    })
  } finally {
    await owner.close()
  }
}

async function write(settings: Settings, credentials: Credentials): Promise<void> {
  await mkdir(settings.dataDirectory, { recursive: true })
  await writeFile(fileOf(settings), `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
}
