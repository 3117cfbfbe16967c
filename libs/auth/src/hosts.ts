import { invalidArgument } from '@assay/errors'

const longestAddress = 260

/**
 * Checks an address at which clients reach us, such as `assay.example.com`, `10.0.0.5:8443` or `[::1]:8080`: a host, and a port
 * unless it is 443. C1's client ids contain it. Errors: invalid_argument on `field` for any other text.
 */
export function checkAddress(address: string, field = 'host'): string {
  const url = `https://${address}`
  const isPlain = address.length <= longestAddress && /^[^\s/@?#\\]+$/.test(address) && !address.endsWith(':')
  if (!isPlain || !URL.canParse(url) || new URL(url).hostname === '') {
    throw invalidArgument(field, `"${address}" must be a host name or an IP address, and a port where it is not 443`)
  }
  return address
}

/** Parses a comma-separated list of addresses. Errors: invalid_argument on `field`, with the first invalid one. */
function parseAddresses(list: string, field: string): string[] {
  return list
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
    .map((address) => checkAddress(address, field))
}

/** The host of an address in the form that is compared: no port, no brackets, lower case, no final dot. */
export function hostOf(address: string): string {
  const host = /^\[[^\]]*\]|^[^:]*(?=:\d+$)/.exec(address)?.[0] ?? address
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

/** The host in a C1 client id (`name@host:port/use`); undefined for an id of another form. */
export function hostOfClientId(clientId: string): string | undefined {
  const address = /^[^@]*@([^@/]+)\/[a-z]+$/.exec(clientId)?.[1]
  return address === undefined ? undefined : hostOf(address)
}

const loopbackHosts: readonly string[] = ['127.0.0.1', 'localhost', '::1']
const everyAddress: readonly string[] = ['0.0.0.0', '::']

/**
 * The addresses of an installation: those of `ASSAY_PUBLIC_HOSTS` if it is set, otherwise the address at which it listens. If
 * it listens on the loopback, these are all names of the loopback. If it listens on every address, there are none, and only the
 * host in a client's id is accepted. Errors: invalid_argument.
 */
export function publicHosts(publicHosts: string | undefined, listenHost: string): string[] {
  if (publicHosts) return parseAddresses(publicHosts, 'ASSAY_PUBLIC_HOSTS')
  if (loopbackHosts.includes(hostOf(listenHost))) return [...loopbackHosts]
  return everyAddress.includes(hostOf(listenHost)) ? [] : [listenHost]
}

/**
 * The address for new client ids: the first of `ASSAY_PUBLIC_HOSTS`, otherwise the address at which it listens, with the port,
 * because C1's Go client takes address and port from the client id. Errors: invalid_argument.
 */
export function publicAddress(
  publicHosts: string | undefined,
  listen: { readonly host: string; readonly port: number },
) {
  const first = publicHosts ? parseAddresses(publicHosts, 'ASSAY_PUBLIC_HOSTS')[0] : undefined
  if (first !== undefined) return first
  // Not "localhost", which C1's Go client treats as the name of a tenant of ConductorOne.
  const host = everyAddress.includes(hostOf(listen.host)) ? '127.0.0.1' : listen.host
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return listen.port === 443 || listen.port === 0 ? bracketed : `${bracketed}:${listen.port}`
}

/** The host and port of a base URL, also if its scheme implies the port. */
export function listenAddress(baseUrl: string): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(baseUrl)
  return { host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) }
}
