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
 * How to reach the local platform as its administrator. `.data/credentials.json` holds it, with the clients beside the base URL
 * and the tenant.
 */
export interface Credentials {
  readonly baseUrl: string
  /** PEM file of the certificate that the platform was started with last. */
  readonly certificateFile?: string | undefined
  readonly tenant: string
  /** By the name of the dialect. */
  readonly clients: Readonly<Record<string, ClientCredentials>>
}

/** Where they are kept. */
export const credentialsFile = (settings: Settings) => join(settings.dataDirectory, 'credentials.json')

/** @throws Error saying how to get credentials where there are none */
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
    throw new Error(`There are no local credentials in ${file}: start the platform once with "npm start"`, {
      cause: error,
    })
  }
}
