import { invalidArgument } from '@assay/errors'

const longestAddress = 260

/**
 * An address by which clients reach us, `assay.example.com`, `10.0.0.5:8443` or `[::1]:8080`: a host, and a port unless
 * it is 443. It stands in C1 client ids. Errors: invalid_argument on `field` for anything else.
 */
export function checkAddress(address: string, field = 'host'): string {
  const url = `https://${address}`
  const isPlain = address.length <= longestAddress && /^[^\s/@?#\\]+$/.test(address) && !address.endsWith(':')
  if (!isPlain || !URL.canParse(url) || new URL(url).hostname === '') {
    throw invalidArgument(field, `"${address}" must be a host name or an IP address, and a port where it is not 443`)
  }
  return address
}

/** A comma-separated list of addresses. Errors: invalid_argument on `field`, naming the first that is none. */
function parseAddresses(list: string, field: string): string[] {
  return list
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
    .map((address) => checkAddress(address, field))
}

/** The host of an address in the one spelling that is compared: no port, no brackets, lower case, no final dot. */
export function hostOf(address: string): string {
  const host = /^\[[^\]]*\]|^[^:]*(?=:\d+$)/.exec(address)?.[0] ?? address
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

/** The host in a C1 client id (`name@host:port/use`), undefined for an id of another form. */
export function hostOfClientId(clientId: string): string | undefined {
  const address = /^[^@]*@([^@/]+)\/[a-z]+$/.exec(clientId)?.[1]
  return address === undefined ? undefined : hostOf(address)
}

const loopbackHosts: readonly string[] = ['127.0.0.1', 'localhost', '::1']
const everyAddress: readonly string[] = ['0.0.0.0', '::']

/**
 * The addresses of an installation: those of `ASSAY_PUBLIC_HOSTS` where it is set; otherwise where it listens. Listening on
 * the loopback has all of its names; listening everywhere tells nothing, and only the host in a client's own id is left.
 * Errors: invalid_argument.
 */
export function publicHosts(publicHosts: string | undefined, listenHost: string): string[] {
  if (publicHosts) return parseAddresses(publicHosts, 'ASSAY_PUBLIC_HOSTS')
  if (loopbackHosts.includes(hostOf(listenHost))) return [...loopbackHosts]
  return everyAddress.includes(hostOf(listenHost)) ? [] : [listenHost]
}

/**
 * The address that stands in a fresh client id: the first of `ASSAY_PUBLIC_HOSTS`; otherwise where it listens, port included,
 * because C1's Go client takes address and port from there. Errors: invalid_argument.
 */
export function publicAddress(
  publicHosts: string | undefined,
  listen: { readonly host: string; readonly port: number },
) {
  const first = publicHosts ? parseAddresses(publicHosts, 'ASSAY_PUBLIC_HOSTS')[0] : undefined
  if (first !== undefined) return first
  // Not "localhost", which C1's Go client takes for the name of a tenant of ConductorOne.
  const host = everyAddress.includes(hostOf(listen.host)) ? '127.0.0.1' : listen.host
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return listen.port === 443 || listen.port === 0 ? bracketed : `${bracketed}:${listen.port}`
}

/** Where a server of this base URL listens; the port that its scheme implies is stated too. */
export function listenAddress(baseUrl: string): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(baseUrl)
  return { host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) }
}
