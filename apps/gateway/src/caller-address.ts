import type { NodeRequest } from '@assay/server'
import ipaddr from 'ipaddr.js'
import type { TrustedProxies } from './trusted-proxies.ts'

/**
 * The address of the client: the peer's address or, behind trusted proxies, the last address of `X-Forwarded-For` that is not a trusted
 * proxy. For IPv6 it is the network of 64 bits, which is what one subscriber has. Undefined when the peer has disconnected.
 */
export function callerAddress({ socket, headers }: NodeRequest, trusts: TrustedProxies): string | undefined {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  let address = socket.remoteAddress
  for (let hop = 0; trusts(address, hop); hop++) {
    const before = withoutPort(forwarded.pop()?.trim() ?? '')
    if (!ipaddr.isValid(before)) break
    address = before
  }
  if (address === undefined || !ipaddr.isValid(address)) return undefined
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${withoutZone(address)}/64`)}/64`
}

/** Some proxies add the port: `192.0.2.7:4711`, `[2001:db8::7]:4711`. */
function withoutPort(address: string): string {
  return address.replace(/^\[([^\]]*)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
}

function withoutZone(address: string): string {
  return address.replace(/%.*$/, '')
}
