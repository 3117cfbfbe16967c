import { createHash, createHmac } from 'node:crypto'
import { itemAt } from '@assay/errors'
import {
  ensureLogins,
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
  const logins = serviceNames.map((service) => loginOf(service, ownerUrl, secret))
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-start', maxConnections: 1 })
  try {
    await ensureLogins(owner.sql, await unfit(ownerUrl, logins))
  } finally {
    await owner.close()
  }
  const urls = serviceNames.map((service, at) => [service, loginUrl(ownerUrl, itemAt(logins, at))] as const)
  return Object.fromEntries(urls) as Record<ServiceName, string>
}

/** Those that are not there, or not right. */
async function unfit(ownerUrl: string, logins: readonly ServiceLogin[]): Promise<ServiceLogin[]> {
  const fit = await Promise.all(
    logins.map(async (login) => {
      const [service] = login.services
      return service !== undefined && (await isFitLogin(loginUrl(ownerUrl, login), service))
    }),
  )
  return logins.filter((_, at) => !fit[at])
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
  const [, name = ''] = /^\w+:\/\/[^/?]*\/([^?]*)/.exec(url) ?? []
  return decodeURIComponent(name).replaceAll(/\W/g, '_')
}
