import type { LookupAddress } from 'node:dns'
import { AddressGuard, parseNetworks } from '@assay/outbound'
import { expect, test } from 'vitest'
import { refusalOf } from './webhook-address.ts'

const names: Readonly<Record<string, LookupAddress>> = {
  'hooks.corp.test': { address: '10.1.2.3', family: 4 },
  'hooks.example.com': { address: '93.184.215.14', family: 4 },
}

function refused(address: string, networks = ''): Promise<string | undefined> {
  const guard = new AddressGuard(parseNetworks(networks), (name, _, done) => {
    const found = names[name]
    if (found === undefined) done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), [])
    else done(null, [found])
  })
  return refusalOf(address, guard)
}

test.each([
  ['http://127.0.0.1:9000/hook', '127.0.0.1 is no address of the internet (loopback)'],
  ['https://[::1]/hook', 'is no address of the internet (loopback)'],
  ['https://hooks.corp.test/hook', 'hooks.corp.test leads to no address of the internet (private)'],
  ['http://hooks.example.com/hook', 'hooks.example.com is asked by plain http'],
])('a worker refuses %s, and the reason names the setting', async (address, reason) => {
  const refusal = await refused(address)
  expect(refusal).toContain(reason)
  expect(refusal).toContain('ASSAY_OUTBOUND_NETWORKS')
})

test.each([
  ['https://hooks.example.com/hook', ''],
  ['http://127.0.0.1:9000/hook', '127.0.0.1'],
  ['https://[::1]/hook', '::1'],
  ['https://hooks.corp.test/hook', '10.0.0.0/8'],
  ['https://unknown.test/hook', ''],
])('nothing is said of %s where the networks are "%s"', async (address, networks) => {
  expect(await refused(address, networks)).toBeUndefined()
})
