import type { Setting } from '@assay/server'
import ipaddr from 'ipaddr.js'

/** Whether a peer is a trusted proxy, whose `X-Forwarded-*` headers count. `hop` is the number of proxies before it. */
export type TrustedProxies = (address: string | undefined, hop: number) => boolean

/**
 * `true`: every peer is a proxy. A list of addresses and networks: these are proxies, also in a chain. Unset or `false`: none, since any
 * client can send these headers.
 */
export function trustedProxies(variable: string): Setting<TrustedProxies> {
  return {
    variable,
    takes: 'true, false, or addresses and networks such as 10.0.0.0/8,192.0.2.7',
    standsIn: 'false',
    parse: (given) => parseTrustedProxies(given ?? 'false'),
  }
}

export function parseTrustedProxies(given: string): TrustedProxies {
  if (given === 'false' || given === '0') return () => false
  if (given === 'true' || given === '1') return (_, hop) => hop === 0
  const networks = given.split(',').map((entry) => networkOf(entry.trim()))
  return (address) => {
    if (address === undefined || !ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address)
    return networks.some((network) => network[0].kind() === parsed.kind() && parsed.match(network))
  }
}

function networkOf(entry: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  try {
    if (entry.includes('/')) return ipaddr.parseCIDR(entry)
    const address = ipaddr.process(entry)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch {
    throw new Error(
      `has "${entry}": give true, false, or addresses and networks of proxies such as 10.0.0.0/8,192.0.2.7,fd00::/8`,
    )
  }
}
