import { type LookupAddress, type LookupAllOptions, lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { OutboundFault } from './outbound-fault.ts'

type Address = ipaddr.IPv4 | ipaddr.IPv6
export type Network = readonly [Address, number]

/** Looks up all addresses of a name. */
export type Resolve = (
  name: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** The only part of IPv6 that is assigned for the internet. */
const global = ipaddr.parseCIDR('2000::/3')

/**
 * `10.1.0.0/16, 127.0.0.1, fd00::/8`: networks and addresses, separated by commas.
 * @throws Error whose message completes the name of a setting
 */
export function parseNetworks(text: string): readonly Network[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [address = '', bits] = part.split('/')
      if (isIP(address) === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)) || part.split('/').length > 2) {
        throw wrongNetwork(text, part)
      }
      const parsed = ipaddr.parse(address)
      const most = parsed.kind() === 'ipv4' ? 32 : 128
      const length = bits === undefined ? most : Number(bits)
      if (length > most) throw wrongNetwork(text, part)
      return [parsed, length] as const
    })
}

function wrongNetwork(text: string, part: string): Error {
  return new Error(
    `is "${text}": "${part}" is not a network; give for example 10.1.0.0/16 or 192.168.1.7, separated by commas`,
  )
}

/**
 * Decides which addresses a request that a tenant has set may reach: those of the internet, and the networks that the operator allows. A
 * name is judged by its addresses, and the connection is made to the judged address: the socket uses `lookup`, so that a name that later
 * resolves to another address has no effect.
 */
export class AddressGuard {
  readonly #allowed: readonly Network[]
  readonly #resolve: Resolve

  constructor(allowed: readonly Network[], resolve: Resolve = lookUp) {
    this.#allowed = allowed
    this.#resolve = resolve
  }

  /**
   * Anybody on the network path can read and change plain HTTP, so it is allowed only to allowed networks.
   * @param host as in a URL: a name, or an address, of IPv6 in brackets
   * @throws OutboundFault for a forbidden address; a name is judged when it is looked up
   */
  check(host: string, isEncrypted: boolean): void {
    const address = host.replace(/^\[|\]$/g, '')
    if (isIP(address) === 0) return
    const fault = this.#faultOf(address, host, isEncrypted)
    if (fault !== undefined) throw fault
  }

  /** For the `lookup` of a socket. A name is refused if one of its addresses is forbidden. */
  lookup(isEncrypted: boolean): LookupFunction {
    return (name, options, done) => {
      this.#resolve(name, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return done(error, '')
        const faults = addresses.map(({ address }) => this.#faultOf(address, name, isEncrypted))
        const fault = faults.find((each) => each !== undefined)
        if (fault !== undefined) return done(fault, '')
        const [first] = addresses
        if (first === undefined) return done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '')
        if (options.all) done(null, addresses)
        else done(null, first.address, first.family)
      })
    }
  }

  #faultOf(text: string, host: string, isEncrypted: boolean): OutboundFault | undefined {
    const address = ipaddr.process(text)
    if (this.#allowed.some((network) => isWithin(address, network))) return undefined
    if (!isOfInternet(address)) {
      // The message does not have the address of a name, since tenants must not learn about the operator's network.
      const named = host.replace(/^\[|\]$/g, '') === text ? `${text} is` : `${host} leads to`
      return new OutboundFault(
        'ADDRESS_REFUSED',
        `${named} no address of the internet (${kindOf(address)}); ASSAY_OUTBOUND_NETWORKS names networks that may be reached anyway`,
      )
    }
    if (isEncrypted) return undefined
    return new OutboundFault(
      'ADDRESS_REFUSED',
      `${host} is asked by plain http, which everybody on the way can read; use https, or name its network in ASSAY_OUTBOUND_NETWORKS`,
    )
  }
}

function isWithin(address: Address, [network, length]: Network): boolean {
  if (address.kind() !== network.kind()) return false
  return address.kind() === 'ipv4'
    ? (address as ipaddr.IPv4).match(network as ipaddr.IPv4, length)
    : (address as ipaddr.IPv6).match(network as ipaddr.IPv6, length)
}

function isOfInternet(address: Address): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || isWithin(address, global)
}

function kindOf(address: Address): string {
  const range = address.range()
  return range === 'unicast' ? 'not given out' : range.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
