import type { ConnectionOptions } from 'node:tls'
import { clientDialects } from '@assay/dialects/clients'
import { type ClientCredentials, readCredentials } from './credentials.ts'
import { givenSecret } from './kept-secret.ts'
import { ownTls } from './own-certificate.ts'
import type { Settings } from './settings.ts'

/** A platform, and the API client as which a command calls it. */
export interface PlatformClient {
  readonly baseUrl: string
  readonly client: ClientCredentials
  readonly tls: ConnectionOptions | undefined
}

/**
 * The client of `ASSAY_CLIENT_ID` and `ASSAY_CLIENT_SECRET`, otherwise the administrator of the local platform. A platform elsewhere
 * (`ASSAY_URL`) needs both variables: the local administrator is unknown there.
 * @param url replaces `ASSAY_URL`
 * @throws Error naming the missing or wrong variable, or the way to get local credentials
 */
export async function platformClient(
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  url?: string,
): Promise<PlatformClient> {
  const baseUrl = (url ?? environment.ASSAY_URL) || undefined
  const own = clientOf(environment)
  if (baseUrl !== undefined) {
    if (own === undefined) throw new Error('Set ASSAY_CLIENT_ID and ASSAY_CLIENT_SECRET for the platform of ASSAY_URL')
    return { baseUrl: checkedAddress(baseUrl), client: own, tls: ownTls(settings.certificateFile) }
  }
  const local = await readCredentials(settings)
  const client = own ?? local.clients[clientDialects[0]?.name ?? '']
  if (client === undefined) throw new Error('The local credentials hold no client that this command can use')
  return { baseUrl: local.baseUrl, client, tls: ownTls(settings.certificateFile ?? local.certificateFile) }
}

/** The address without a slash at its end. The error repeats nothing of it, because it may contain a password. */
function checkedAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '')
  if (!isPlain)
    throw new Error('The address of the platform must be a URL such as https://assay.example.com, without a password')
  return text.replace(/\/+$/, '')
}

/** The secret may also be in the file that `ASSAY_CLIENT_SECRET_FILE` names. */
function clientOf(environment: NodeJS.ProcessEnv): ClientCredentials | undefined {
  const clientId = environment.ASSAY_CLIENT_ID || undefined
  const clientSecret = givenSecret(environment, 'ASSAY_CLIENT_SECRET')
  if ((clientId === undefined) !== (clientSecret === undefined))
    throw new Error('Set both ASSAY_CLIENT_ID and ASSAY_CLIENT_SECRET, or neither')
  return clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : undefined
}
