/** The address of a server in the form that the driver takes. */
interface ServerAddress {
  readonly url: string
  /** The socket file, which replaces host and port. */
  readonly path?: string
}

/**
 * Reads a connection URL by libpq's convention: a `host` parameter that is a folder names the folder with the server's socket file
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS). The driver does not support this and would send the
 * parameter to the server.
 */
export function serverAddress(url: string): ServerAddress {
  if (!url.includes('host=')) return { url } // unchanged, since only the driver can read a list of hosts
  const address = new URL(url)
  const folder = address.searchParams.get('host')
  if (folder?.startsWith('/') !== true) return { url }
  address.searchParams.delete('host')
  return { url: address.href, path: `${folder}/.s.PGSQL.${address.port || 5432}` }
}

/** Adds the folder of the server's socket file to a URL, so that clients connect through it. */
export function throughSocket(url: string, folder: string): string {
  const address = new URL(url)
  address.searchParams.set('host', folder)
  return address.href
}
