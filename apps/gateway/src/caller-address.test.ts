import type { NodeRequest } from '@assay/server'
import { expect, test } from 'vitest'
import { callerAddress } from './caller-address.ts'
import { parseTrustedProxies } from './trusted-proxies.ts'

const from = (remoteAddress: string | undefined, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as NodeRequest

test.each([
  ['the peer', from('192.0.2.1'), 'false', '192.0.2.1'],
  ['a header that anybody sent', from('192.0.2.1', '198.51.100.9'), 'false', '192.0.2.1'],
  ['a proxy, whoever connects', from('192.0.2.1', '203.0.113.5, 198.51.100.9'), 'true', '198.51.100.9'],
  ['a listed proxy', from('10.1.2.3', '198.51.100.9'), '10.0.0.0/8', '198.51.100.9'],
  ['a peer that is not listed', from('192.0.2.1', '198.51.100.9'), '10.0.0.0/8,fd00::/8', '192.0.2.1'],
  [
    'a chain of listed proxies',
    from('10.1.2.3', 'evil, 198.51.100.9, fd00::7'),
    '10.0.0.0/8, fd00::/8',
    '198.51.100.9',
  ],
  ['a chain of proxies alone', from('10.1.2.3', '10.0.0.1'), '10.0.0.0/8', '10.0.0.1'],
  ['a proxy that sends nothing', from('10.1.2.3'), 'true', '10.1.2.3'],
  ['a header that is no address', from('10.1.2.3', 'unknown'), 'true', '10.1.2.3'],
  ['an address with a port', from('10.1.2.3', '198.51.100.9:4711'), 'true', '198.51.100.9'],
  ['an IPv6 address with a port', from('10.1.2.3', '[2001:db8:1:2:3::4]:4711'), 'true', '2001:db8:1:2::/64'],
  ['IPv6, by its network', from('2001:db8:1:2:aaaa:bbbb:cccc:dddd'), 'false', '2001:db8:1:2::/64'],
  ['IPv6 with a zone', from('fe80::1%eth0'), 'false', 'fe80::/64'],
  ['IPv4 in IPv6', from('::ffff:192.0.2.1'), 'false', '192.0.2.1'],
  ['a listed proxy that is IPv4 in IPv6', from('::ffff:10.1.2.3', '198.51.100.9'), '10.1.2.3', '198.51.100.9'],
] as const)('%s', (_, request, trusted, address) => {
  expect(callerAddress(request, parseTrustedProxies(trusted))).toBe(address)
})

test('a peer that is gone has no address', () => {
  expect(callerAddress(from(undefined), parseTrustedProxies('true'))).toBeUndefined()
})

test.each(['yes', '10.0.0.0/33', '10.0.0.0/8,', 'proxy.example.com'])('%j is no list of proxies', (given) => {
  expect(() => parseTrustedProxies(given)).toThrow('give true, false, or addresses and networks of proxies')
})
