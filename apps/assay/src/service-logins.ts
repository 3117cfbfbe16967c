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
 * The URLs with which the services of this installation log in. The logins are made at the first start; their names contain the database,
 * the service and a hash of this installation's secret, so that two installations on one server have different logins.
 * @throws failed_precondition with SQL for an administrator, when the owner may not make logins
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

/** The logins that do not exist or do not have the right roles. */
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

/** The name of the URL's database, with characters that need no quotes in SQL. */
export function databaseName(url: string): string {
  const [, name = ''] = /^\w+:\/\/[^/?]*\/([^?]*)/.exec(url) ?? []
  return decodeURIComponent(name).replaceAll(/\W/g, '_')
}
