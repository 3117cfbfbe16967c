import { clientDialects } from '@assay/dialects'
import type { Transport } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { type ClientCredentials, readCredentials } from './credentials.ts'
import type { Settings } from './settings.ts'

/** The running platform as a client sees it: through its public port, with a token of its own. */
export interface ApiClient {
  readonly baseUrl: string
  readonly token: string
  readonly transport: Transport
}

/** Reads the local credentials and fetches a token. @throws Error saying what does not answer, or refuses */
export async function connectToPlatform(settings: Settings): Promise<ApiClient> {
  const { baseUrl, clients } = await readCredentials(settings)
  const [dialect] = clientDialects
  const client = dialect && clients[dialect.name]
  if (client === undefined) throw new Error('The local credentials hold no client that this command can use')
  const token = await fetchToken(baseUrl, client)
  const transport = createGrpcTransport({
    baseUrl,
    interceptors: [
      (next) => (request) => {
        request.header.set('authorization', `Bearer ${token}`)
        return next(request)
      },
    ],
  })
  return { baseUrl, token, transport }
}

export async function fetchToken(baseUrl: string, { clientId, clientSecret }: ClientCredentials): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
  const answer = await fetch(new URL('/auth/v1/token', baseUrl), { method: 'POST', body: form }).catch((error) => {
    throw new Error(`Nothing answers at ${baseUrl}: start the platform with "npm start"`, { cause: error })
  })
  const body = (await answer.json().catch(() => ({}))) as { access_token?: string; error_description?: string }
  if (!answer.ok || body.access_token === undefined)
    throw new Error(`${baseUrl} gives no token: ${body.error_description ?? `status ${answer.status}`}`)
  return body.access_token
}
