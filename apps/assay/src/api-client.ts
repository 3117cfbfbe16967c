import type { Transport } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import type { ClientCredentials } from './credentials.ts'
import { type ownTls, request } from './own-certificate.ts'
import { platformClient } from './platform-client.ts'
import type { Settings } from './settings.ts'

/** A connection to the running platform through its public port, with its own access token. */
export interface ApiClient {
  readonly baseUrl: string
  readonly token: string
  readonly transport: Transport
}

/**
 * Gets a token of the client that the environment names, otherwise of the local administrator.
 * @throws Error when the platform does not answer or gives no token
 */
export async function connectToPlatform(
  settings: Settings,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ApiClient> {
  const { baseUrl, client, tls } = await platformClient(settings, environment)
  const token = await fetchToken(baseUrl, client, tls)
  const transport = createGrpcTransport({
    baseUrl,
    ...(tls !== undefined && { nodeOptions: tls }),
    interceptors: [
      (next) => (request) => {
        request.header.set('authorization', `Bearer ${token}`)
        return next(request)
      },
    ],
  })
  return { baseUrl, token, transport }
}

export async function fetchToken(
  baseUrl: string,
  { clientId, clientSecret }: ClientCredentials,
  tls?: ReturnType<typeof ownTls>,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
  const answer = await request(new URL(`${baseUrl.replace(/\/$/, '')}/auth/v1/token`), tls, form).catch(
    (error: NodeJS.ErrnoException) => {
      const isTls = /CERT|SSL|TLS|ISSUER/.test(error.code ?? '') || error.message.includes('certificate')
      if (isTls) throw new Error(`The certificate at ${baseUrl} is not trusted: ${error.message}`, { cause: error })
      throw new Error(`Nothing answers at ${baseUrl}: start the platform with "npm start"`, { cause: error })
    },
  )
  const body = jsonOf(answer.body)
  if (answer.status !== 200 || body.access_token === undefined)
    throw new Error(`${baseUrl} gives no token: ${body.error_description ?? `status ${answer.status}`}`)
  return body.access_token
}

function jsonOf(text: string): { access_token?: string; error_description?: string } {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
