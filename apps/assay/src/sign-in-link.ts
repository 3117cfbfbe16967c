import { userInfo } from 'node:os'
import { createSignInLink } from '@assay/auth'
import { clientDialects } from '@assay/dialects/clients'
import { actingAs } from '@assay/ledger'
import { openOwnerDatabase, type Sql } from '@assay/store'
import { localTenant, readCredentials } from './credentials.ts'
import type { Settings } from './settings.ts'
import { tenantNamed } from './tenant-named.ts'

/** The API client that signs in; by default the local administrator. */
interface SignIn {
  readonly tenant?: string
  readonly clientId?: string
}

/**
 * A link that signs in to the console; it works once, within ten minutes. Its secret is after `#`, a part that browsers do not send.
 * @throws Error for an unknown tenant or client
 */
export async function signInLink(sql: Sql, settings: Settings, { tenant, clientId }: SignIn = {}): Promise<string> {
  const publicUrl = process.env.ASSAY_PUBLIC_URL || undefined
  // A deployment whose processes are started one by one has no local credentials; with both settings, they are not needed.
  const local = clientId === undefined || publicUrl === undefined ? await readCredentials(settings) : undefined
  const [dialect] = clientDialects
  const chosen = clientId ?? (dialect && local?.clients[dialect.name]?.clientId)
  if (chosen === undefined) throw new Error('The local credentials hold no client; name one with --client')
  const secret = await createSignInLink(sql, await tenantNamed(sql, tenant ?? localTenant), chosen)
  const address = (publicUrl ?? local?.baseUrl ?? '').replace(/\/$/, '')
  return `${address}/sign-in#${secret}`
}

/** A link for the local administrator of a platform that has started. */
export async function localSignInLink(ownerUrl: string, settings: Settings): Promise<string> {
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-start', maxConnections: 1 })
  try {
    return await actingAs({ type: 'command', id: 'assay start', name: userInfo().username }, () =>
      signInLink(owner.sql, settings),
    )
  } finally {
    await owner.close()
  }
}
