import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from './settings.ts'

/** The tenant that the first start makes. */
export const localTenant = 'local'

export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * The address and the administrator clients of the local platform. `.data/credentials.json` has them, with the clients beside the base URL
 * and the tenant.
 */
export interface Credentials {
  readonly baseUrl: string
  /** PEM file of the certificate with which the platform was last started. */
  readonly certificateFile?: string | undefined
  readonly tenant: string
  /** By dialect. */
  readonly clients: Readonly<Record<string, ClientCredentials>>
}

/** The file with the credentials. */
export const credentialsFile = (settings: Settings) => join(settings.dataDirectory, 'credentials.json')

/** @throws Error with the way to get credentials, when there are none */
export async function readCredentials(settings: Settings): Promise<Credentials> {
  const file = credentialsFile(settings)
  try {
    const { baseUrl, certificateFile, tenant, ...clients } = JSON.parse(await readFile(file, 'utf8')) as Omit<
      Credentials,
      'clients'
    > &
      Credentials['clients']
    return { baseUrl, certificateFile, tenant, clients }
  } catch (error) {
    throw new Error(
      `There are no local credentials in ${file}: start the platform once with "npm start", or set ASSAY_URL, ASSAY_CLIENT_ID and ASSAY_CLIENT_SECRET to call another one`,
      { cause: error },
    )
  }
}
