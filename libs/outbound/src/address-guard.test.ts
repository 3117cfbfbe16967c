import { expect, test } from 'vitest'
import { AddressGuard, parseNetworks, type Resolve } from './address-guard.ts'
import { OutboundFault } from './outbound-fault.ts'

const strict = new AddressGuard([])

test.each([
  '127.0.0.1',
  '127.8.9.10',
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '192.0.0.1',
  '192.168.1.1',
  '198.18.0.1',
  '203.0.113.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[::127.0.0.1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::10.0.0.1]',
  '[2002:7f00:1::]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[4000::1]',
])('%s is refused', (host) => {
  expect(() => strict.check(host, true)).toThrow(OutboundFault)
})

test.each(['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::ffff:127.0.0.1]'])(
  'the spelling %s of an address in a URL is judged by what it means',
  (spelling) => {
    expect(() => strict.check(new URL(`https://${spelling}/`).hostname, true)).toThrow(/no address of the internet/)
  },
)

test('addresses of the internet are reached over TLS, and by plain http never', () => {
  for (const host of ['93.184.216.34', '[2606:4700::1]', '[::ffff:93.184.216.34]']) {
    expect(() => strict.check(host, true)).not.toThrow()
    expect(() => strict.check(host, false)).toThrow(/plain http/)
  }
})

test('what the operator allows is reached, by plain http too, and nothing beside it', () => {
  const guard = new AddressGuard(parseNetworks('10.1.0.0/16, ::1,fd00::/8,127.0.0.1'))
  for (const host of ['10.1.255.9', '[::ffff:10.1.0.1]', '[::1]', '[fd12::3]', '127.0.0.1']) {
    expect(() => guard.check(host, false)).not.toThrow()
  }
  for (const host of ['10.2.0.1', '[::2]', '127.0.0.2', '[fc00::1]']) expect(() => guard.check(host, true)).toThrow()
})

test.each(['10.0.0.0/33', '10.0.0/8', 'localhost', '::1/129', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/-1'])(
  '%s is no network',
  (text) => {
    expect(() => parseNetworks(text)).toThrow(/is not a network; give for example 10\.1\.0\.0\/16/)
  },
)

/** Resolves a name to one answer after the other. */
function resolving(...answers: readonly (readonly string[])[]): Resolve {
  let asked = 0
  return (_, __, done) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? []
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
}

function looked(guard: AddressGuard, options: { readonly all: boolean }) {
  return new Promise((resolve) => {
    guard.lookup(true)('idp.example.com', options, (error, address, family) =>
      resolve(error === null ? { address, family } : error),
    )
  })
}

test('a name is refused when any of its addresses is, and the message tells the name alone', async () => {
  const guard = new AddressGuard([], resolving(['93.184.216.34', '10.0.0.1']))
  for (const all of [true, false]) {
    expect(await looked(guard, { all })).toMatchObject({
      reason: 'ADDRESS_REFUSED',
      message: expect.stringMatching(/^idp\.example\.com leads to no address of the internet \(private\)/),
    })
  }
  expect(await looked(new AddressGuard([], resolving(['93.184.216.34'])), { all: false })).toEqual({
    address: '93.184.216.34',
    family: 4,
  })
  expect(await looked(new AddressGuard([], resolving([])), { all: true })).toMatchObject({ code: 'ENOTFOUND' })
})
