import { conductorone } from '@assay/dialects'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApiClient } from './api-clients.ts'
import { createConsoleSessions, createSignInLink } from './console-sessions.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db?.drop())

const address = '192.0.2.7'
/** Of 300 others half: who waits behind them all is 300th, and a busy database orders the rest as it likes. */
const beforeHalfOfThem = 150
const madeUp = (index: number) => String(index).padStart(43, 'x')

async function makeLink(): Promise<string> {
  const tenantId = await db.tenantId()
  const { clientId } = await createApiClient(db.owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role: 'admin',
    displayName: 'Ada',
  })
  return await createSignInLink(db.owner.sql, tenantId, clientId)
}

test('strangers with sessions of their own making keep nobody waiting who was found good before', async () => {
  const sessions = createConsoleSessions(db.owner.sql)
  const ours = await sessions.begin(await makeLink(), address)
  const order: string[] = []
  const find = (whose: string, id: string) =>
    sessions.find(id).then(
      () => order.push(whose),
      () => order.push('refused'),
    )
  const strangers = Array.from({ length: 300 }, (_, index) => find('strange', madeUp(index)))
  await Promise.all([...strangers, find('ours', ours)])
  expect(order.indexOf('ours')).toBeGreaterThanOrEqual(0)
  expect(order.indexOf('ours')).toBeLessThan(beforeHalfOfThem)
})

test('of strangers so many wait and no more', async () => {
  const sessions = createConsoleSessions(db.owner.sql)
  const asked = Array.from({ length: 1_500 }, (_, index) =>
    sessions.find(madeUp(index)).catch((error: { kind: string }) => error.kind),
  )
  const kinds = await Promise.all(asked)
  expect(kinds.filter((kind) => kind === 'resource_exhausted').length).toBeGreaterThan(400)
  expect(kinds.filter((kind) => kind === 'unauthenticated').length).toBeGreaterThan(900)
})

test('links that somebody tries keep nobody of another address waiting', async () => {
  const sessions = createConsoleSessions(db.owner.sql)
  const link = await makeLink()
  let tried = 0
  const tries = Array.from({ length: 300 }, (_, index) =>
    sessions.begin(madeUp(index), '198.51.100.9').catch(() => void tried++),
  )
  await sessions.begin(link, address)
  expect(tried).toBeLessThan(beforeHalfOfThem)
  await Promise.all(tries)
  expect(tried).toBe(300)
})

test('a session that ends while it is looked up has ended', async () => {
  const sessions = createConsoleSessions(db.owner.sql)
  const ours = await sessions.begin(await makeLink(), address)
  await Promise.allSettled([sessions.find(ours), sessions.end(ours), sessions.find(ours)])
  await expect(sessions.find(ours)).rejects.toMatchObject({ kind: 'unauthenticated', reason: 'SESSION_ENDED' })
})
