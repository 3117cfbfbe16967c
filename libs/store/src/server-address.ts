/** Where a server is, as the driver takes it. */
interface ServerAddress {
  readonly url: string
  /** The socket file, which replaces host and port. */
  readonly path?: string
}

/**
 * Reads a connection URL by libpq's convention that a `host` parameter which is a folder names the one with the server's
 * socket file (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS). The driver does not know it
 * and would send the parameter to the server.
 */
export function serverAddress(url: string): ServerAddress {
  if (!url.includes('host=')) return { url } // what the driver alone can read stays as it is: a list of hosts
  const address = new URL(url)
  const folder = address.searchParams.get('host')
  if (folder?.startsWith('/') !== true) return { url }
  address.searchParams.delete('host')
  return { url: address.href, path: `${folder}/.s.PGSQL.${address.port || 5432}` }
}

/** Adds the folder of the server's socket file to a URL, which then is the way that clients take. */
export function throughSocket(url: string, folder: string): string {
  const address = new URL(url)
  address.searchParams.set('host', folder)
  return address.href
}
