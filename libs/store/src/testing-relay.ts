import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { serverAddress } from './server-address.ts'

/** A connection to a database that a test can cut. */
interface Relay {
  /** The database's URL, through the relay. */
  readonly url: string
  /** Ends all connections, and accepts no more. */
  close(): Promise<void>
}

/**
 * Passes on the bytes between a client and a database.
 * @param cutsAt a text of the client at which the connection is reset, before the server gets it
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
