import { randomBytes } from 'node:crypto'
import { ViewService } from '@assay/contracts/assay/view/v1/view_service_pb'
import { eraseFromViews } from '@assay/saved-views'
import { inTenant } from '@assay/store'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureOf, startTestService, type TestService } from '../testing-service.ts'
import { viewService } from './view-service.ts'

let running: TestService
let tenant: number
let ada: Client<typeof ViewService>
let ben: Client<typeof ViewService>

beforeAll(async () => {
  running = await startTestService((router, service) => router.service(ViewService, viewService(service)))
  tenant = await running.database.tenantId('tenant')
  ada = running.client(ViewService, tenant, 'reviewer', { clientId: 'ada' })
  ben = running.client(ViewService, tenant, 'reviewer', { clientId: 'ben' })
})
afterAll(() => running?.stop())

const namesOf = async (client: Client<typeof ViewService>, screen = '') => {
  const names: string[] = []
  let pageToken = ''
  do {
    const page = await client.listViews({ screen, pageSize: 2, pageToken })
    names.push(...page.views.map(({ displayName }) => displayName))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  return names
}

test('views are their own client’s, listed by name and by screen over pages of any size', async () => {
  for (const [displayName, address] of [
    ['Few gains', '/candidates?order=gains'],
    ['ämter', '/candidates?q=%C3%A4'],
    ['All', '/candidates'],
    ['Sales', '/explore?who=department%3ASales'],
    ['Zebra', '/candidates?q=zebra'],
  ] as const)
    await ada.createView({ displayName, address })
  await ben.createView({ displayName: 'Few gains', address: '/candidates' })
  expect(await namesOf(ada)).toEqual(['All', 'Few gains', 'Sales', 'Zebra', 'ämter'])
  expect(await namesOf(ada, '/explore')).toEqual(['Sales'])
  expect(await namesOf(ben)).toEqual(['Few gains'])
  expect(await namesOf(running.client(ViewService, await running.database.tenantId('other')))).toEqual([])
})

test('a view gets another name or address, and nobody else changes or deletes it', async () => {
  const { id: viewId } = await ada.createView({ displayName: ' Mine ', address: '/coverage' })
  const renamed = await ada.updateView({ viewId, displayName: 'Ours' })
  expect([renamed.displayName, renamed.address]).toEqual(['Ours', '/coverage'])
  expect((await ada.updateView({ viewId, address: '/changes?tab=runs' })).displayName).toBe('Ours')
  expect(await namesOf(ada, '/changes')).toEqual(['Ours'])
  expect(await failureOf(ben.updateView({ viewId, displayName: 'x' }))).toContain('NotFound')
  expect(await failureOf(ben.deleteView({ viewId }))).toContain('NotFound')
  await ada.deleteView({ viewId })
  expect(await failureOf(ada.deleteView({ viewId }))).toContain('NotFound')
  expect(await failureOf(ada.deleteView({ viewId: 'no id' }))).toContain('NotFound')
})

test.each([
  ['', '/candidates', 'InvalidArgument: display_name'],
  ['x'.repeat(257), '/candidates', 'InvalidArgument: display_name'],
  ['x', '', 'InvalidArgument: address'],
  ['x', 'https://example.org/', 'InvalidArgument: address'],
  ['x', '//example.org', 'InvalidArgument: address'],
  ['x', '/\\example.org', 'InvalidArgument: address'],
  ['x', '/candidates#here', 'InvalidArgument: address'],
  ['x', '/candidates?q=a b', 'InvalidArgument: address'],
  ['x', `/${'x'.repeat(4_096)}`, 'InvalidArgument: address'],
])('the name %s with the address %s is refused', async (displayName, address, message) => {
  const before = await namesOf(ada)
  expect(await failureOf(ada.createView({ displayName, address }))).toContain(message)
  expect(await namesOf(ada)).toEqual(before)
})

test('a path that is too long for an index is refused, however it is compressed, and a long query is kept', async () => {
  const long = randomBytes(1_500).toString('hex')
  expect(await failureOf(ada.createView({ displayName: 'Long', address: `/${long}` }))).toContain('before its query')
  const { id: viewId } = await ada.createView({ displayName: 'Long', address: `/candidates?q=${long}` })
  await ada.deleteView({ viewId })
})

test('a name is taken once on each screen, and 200 views are as many as one may keep', async () => {
  const carl = running.client(ViewService, tenant, 'reviewer', { clientId: 'carl' })
  const create = (displayName: string, address = '/candidates') => carl.createView({ displayName, address })
  await create('Twice')
  expect(await failureOf(create('Twice'))).toContain('AlreadyExists')
  const { id: viewId } = await create('Twice', '/explore')
  expect(await failureOf(carl.updateView({ viewId, address: '/candidates?q=x' }))).toContain('AlreadyExists')
  for (let place = 0; place < 198; place += 9) {
    await Promise.all(Array.from({ length: 9 }, (_, index) => create(`View ${place + index}`)))
  }
  const both = await Promise.all(['one', 'another'].map((name) => failureOf(create(name))))
  expect(both.every((failure) => failure.includes('ResourceExhausted'))).toBe(true)
})

test('of two views that take the same name at once one gets it', async () => {
  const dora = running.client(ViewService, tenant, 'reviewer', { clientId: 'dora' })
  for (let round = 0; round < 5; round++) {
    const views = await Promise.all(
      [1, 2].map((place) => dora.createView({ displayName: `${round} ${place}`, address: '/candidates' })),
    )
    const outcomes = await Promise.allSettled(
      views.map(({ id: viewId }) => dora.updateView({ viewId, displayName: `Round ${round}` })),
    )
    const refusals = outcomes.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
    expect(refusals).toEqual([expect.stringContaining('already_exists')])
  }
})

test('of an erased person views go that name the person in any spelling, and others stay', async () => {
  const eve = running.client(ViewService, tenant, 'reviewer', { clientId: 'eve' })
  for (const [displayName, address] of [
    ['Planning', '/candidates?q=annual'],
    ['By id', '/explore?who=manager%3Acn%3DAnn%2Cdc%3Dx'],
    ['By id, no proper encoding', '/explore?q=%zz&who=manager%3Acn%3Dann%2Cdc%3Dx'],
    ['By name', '/explore?q=zo%C3%AB+quittenbaums'],
    ['By name in an address', '/explore?back=%2Fpeople%3Fq%3DZo%25C3%25AB%2520Quittenbaum'],
    ['What Ann asked', '/candidates'],
  ] as const)
    await eve.createView({ displayName, address })
  const person = { id: 'cn=ann,dc=x', key: undefined, names: ['Zoë Quittenbaum', 'ann'] }
  expect(await inTenant(running.database.owner.sql, tenant, (sql) => eraseFromViews(sql, tenant, person))).toBe(5)
  expect(await namesOf(eve)).toEqual(['Planning'])
})
