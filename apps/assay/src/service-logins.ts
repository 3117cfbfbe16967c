import { createHash, createHmac } from 'node:crypto'
import {
  ensureLogin,
  isFitLogin,
  loginUrl,
  openOwnerDatabase,
  type ServiceLogin,
  type ServiceName,
  serviceNames,
} from '@assay/store'
import { keptSecret } from './kept-secret.ts'
import type { Settings } from './settings.ts'

/**
 * The URLs by which the services of this installation log in. Logins are made at the first start, named after database, service
 * and data folder, so that two installations on one server do not meet.
 * @throws failed_precondition with the SQL for an administrator, where the owner may not make them
 */
export async function serviceUrls(
  ownerUrl: string,
  settings: Settings,
): Promise<Readonly<Record<ServiceName, string>>> {
  const secret = await keptSecret(settings, 'database-logins')
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-start', maxConnections: 1 })
  try {
    const urls: Partial<Record<ServiceName, string>> = {}
    for (const service of serviceNames) {
      const login = loginOf(service, ownerUrl, secret)
      const url = loginUrl(ownerUrl, login)
      if (!(await isFitLogin(url, service))) await ensureLogin(owner.sql, login)
      urls[service] = url
    }
    return urls as Record<ServiceName, string>
  } finally {
    await owner.close()
  }
}

function loginOf(service: ServiceName, ownerUrl: string, secret: string): ServiceLogin {
  const suffix = `${service.replaceAll('-', '_')}_${createHash('sha256').update(secret).digest('hex').slice(0, 6)}`
  return {
    name: `${databaseName(ownerUrl).slice(0, 62 - suffix.length)}_${suffix}`,
    password: createHmac('sha256', secret).update(`database login of ${service}`).digest('base64url'),
    services: [service],
  }
}

/** Of the URL's database, in characters that need no quotes. */
export function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1)).replaceAll(/\W/g, '_')
}
