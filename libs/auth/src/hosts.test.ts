import { expect, test } from 'vitest'
import { checkAddress, hostOf, hostOfClientId, listenAddress, publicAddress, publicHosts } from './hosts.ts'

test.each([
  ['assay.example.com', 'assay.example.com'],
  ['Assay.Example.COM.', 'assay.example.com'],
  ['10.0.0.5:8443', '10.0.0.5'],
  ['[::1]:8080', '::1'],
  ['[2001:DB8::1]', '2001:db8::1'],
  ['::1', '::1'],
])('the host of %s is %s', (address, host) => {
  expect(hostOf(address)).toBe(host)
})

test.each([
  ['swift-otter-12345@acme.example/spc', 'acme.example'],
  ['swift-otter-12345@127.0.0.1:8080/wfe', '127.0.0.1'],
  ['a@[::1]:8080/pcc', '::1'],
  ['a@b@c/spc', undefined],
  ['no-host/spc', undefined],
  ['a@b', undefined],
  ['', undefined],
])('the client id %s names the host %s', (clientId, host) => {
  expect(hostOfClientId(clientId)).toBe(host)
})

test.each(['', ' ', 'a b', 'a/b', 'a@b', 'a?b', 'a:', 'a:99999', 'x'.repeat(300)])('%j is no address', (address) => {
  expect(() => checkAddress(address)).toThrow('host: ')
})

test.each([
  [undefined, '127.0.0.1', ['127.0.0.1', 'localhost', '::1']],
  [undefined, 'assay.internal', ['assay.internal']],
  [undefined, '0.0.0.0', []],
  [undefined, '::', []],
  ['assay.example.com, 10.0.0.5:8443', '0.0.0.0', ['assay.example.com', '10.0.0.5:8443']],
])('with ASSAY_PUBLIC_HOSTS %s and listening on %s, the public hosts are %j', (given, listenHost, hosts) => {
  expect(publicHosts(given, listenHost)).toEqual(hosts)
})

test('a list with something that is no address names it', () => {
  expect(() => publicHosts('assay.example.com, https://x', '127.0.0.1')).toThrow('ASSAY_PUBLIC_HOSTS: "https://x"')
})

test.each([
  [undefined, { host: '127.0.0.1', port: 8080 }, '127.0.0.1:8080'],
  [undefined, { host: '0.0.0.0', port: 8080 }, '127.0.0.1:8080'],
  [undefined, { host: 'assay.internal', port: 443 }, 'assay.internal'],
  [undefined, { host: '::1', port: 8080 }, '[::1]:8080'],
  ['assay.example.com,10.0.0.5:8443', { host: '0.0.0.0', port: 8080 }, 'assay.example.com'],
])('with ASSAY_PUBLIC_HOSTS %s and listening at %j, client ids carry %s', (given, listen, address) => {
  expect(publicAddress(given, listen)).toBe(address)
})

test.each([
  ['http://127.0.0.1:8080', '127.0.0.1:8080'],
  ['http://[::1]:9000', '[::1]:9000'],
  ['https://127.0.0.1:8443', '127.0.0.1:8443'],
  // C1's Go client assumes port 443, so any other port is written, also one that the scheme implies.
  ['https://assay.internal', 'assay.internal'],
  ['http://assay.internal', 'assay.internal:80'],
  ['http://0.0.0.0:8080', '127.0.0.1:8080'],
])('a client of the platform at %s has an id that carries %s', (baseUrl, address) => {
  expect(publicAddress(undefined, listenAddress(baseUrl))).toBe(address)
})
