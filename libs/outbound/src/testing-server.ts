import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A server on a free port of this machine, for one test. */
export interface TestServer {
  readonly url: URL
  readonly requests: readonly { readonly url: string; readonly authorization: string | undefined }[]
  close(): Promise<void>
}

export async function startServer(
  listener: RequestListener,
  tls?: { readonly cert: string; readonly key: string },
): Promise<TestServer> {
  const requests: { url: string; authorization: string | undefined }[] = []
  const recording: RequestListener = (request, response) => {
    requests.push({ url: request.url ?? '', authorization: request.headers.authorization })
    listener(request, response)
  }
  const server: Server = tls === undefined ? createServer(recording) : createTlsServer(tls, recording)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`),
    requests,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
