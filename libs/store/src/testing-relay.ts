import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { serverAddress } from './server-address.ts'

/** A way to a database that can be lost. */
interface Relay {
  /** As that of the database, and leads through the relay. */
  readonly url: string
  /** Ends all connections, and takes no more. */
  close(): Promise<void>
}

/**
 * Passes on what a client of a database sends, and the answers.
 * @param cutsAt words at which a connection is reset, before the server gets them
 */
export async function relayTo(databaseUrl: string, { cutsAt }: { readonly cutsAt?: string } = {}): Promise<Relay> {
  const { url, path } = serverAddress(databaseUrl)
  const { host, hostname, port } = new URL(url)
  const clients = new Set<net.Socket>()
  const relay = net.createServer((client) => {
    clients.add(client)
    const server = path === undefined ? net.connect(Number(port), hostname) : net.connect(path)
    server.on('error', () => client.destroy()).pipe(client)
    client
      .on('error', () => server.destroy())
      .on('close', () => {
        clients.delete(client)
        server.destroy()
      })
      .on('data', (bytes) => {
        if (cutsAt !== undefined && bytes.includes(cutsAt)) client.resetAndDestroy()
        else server.write(bytes)
      })
  })
  await once(relay.listen(0, '127.0.0.1'), 'listening')
  return {
    url: url.replace(host, `127.0.0.1:${(relay.address() as AddressInfo).port}`),
    async close() {
      const closed = once(relay, 'close')
      relay.close()
      for (const client of clients) client.destroy()
      await closed
    },
  }
}
