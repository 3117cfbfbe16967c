import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createApiClient, listenAddress, publicAddress } from '@assay/auth'
import { clientDialects } from '@assay/dialects'
import { createTenant, findTenant, openOwnerDatabase } from '@assay/store'
import type { Settings } from './settings.ts'

/** The tenant that the first start makes. */
export const localTenant = 'local'

export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * How to reach the local platform as its administrator. `.data/credentials.json` holds it, with the clients beside the base URL
 * and the tenant.
 */
interface Credentials {
  readonly baseUrl: string
  /** PEM file of the certificate that the platform was started with last. */
  readonly certificateFile?: string | undefined
  readonly tenant: string
  /** By the name of the dialect. */
  readonly clients: Readonly<Record<string, ClientCredentials>>
}

const fileOf = (settings: Settings) => join(settings.dataDirectory, 'credentials.json')

/** @throws Error saying how to get credentials where there are none */
export async function readCredentials(settings: Settings): Promise<Credentials> {
  const file = fileOf(settings)
  try {
    const { baseUrl, certificateFile, tenant, ...clients } = JSON.parse(await readFile(file, 'utf8')) as Omit<
      Credentials,
      'clients'
    > &
      Credentials['clients']
    return { baseUrl, certificateFile, tenant, clients }
  } catch (error) {
    throw new Error(`There are no local credentials in ${file}: start the platform once with "npm start"`, {
      cause: error,
    })
  }
}

/**
 * Makes the tenant `local` and one administrator client for each dialect on the first start, and keeps their secrets in
 * the credentials file, mode 0600; the database holds a hash or a public key of them only. An id that carries host
 * and port is how some clients find the platform. Later starts keep the file, apart from the base URL when the address
 * has changed; `clients create` then makes a client of the other address.
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
  await writeFile(fileOf(settings), `${JSON.stringify({ ...reached, ...clients }, null, 2)}\n`, { mode: 0o600 })
}
