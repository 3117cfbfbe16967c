import type { Principal } from '@assay/auth'
import { createLogger } from '@assay/server'
import { openDatabase } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { Code, type ConnectError } from '@connectrpc/connect'
import { afterAll, expect, test } from 'vitest'
import { createCallLimit } from './call-limit.ts'

const db = await createTestDatabase()
const other = openDatabase({ url: db.url, applicationName: 'assay-test-gateway', maxConnections: 2 })
afterAll(async () => {
  await other.close()
  await db.drop()
})
const limitOf = (calls: number) => ({ name: 'Test', calls, windowSeconds: 10 })
const logger = createLogger('test', 'silent')
const tenantId = await db.tenantId()
const client = (clientId: string): Principal => ({
  tenantId,
  tenant: 'local',
  clientId,
  identityId: clientId,
  displayName: clientId,
  dialect: 'any',
  role: 'admin',
})

test('all gateways together take so many calls of one client and version, and say when to go on', async () => {
  const gateways = [
    createCallLimit(db.database.sql, limitOf(4), logger),
    createCallLimit(other.sql, limitOf(4), logger),
  ] as const
  const one = client('one')
  for (const gateway of [...gateways, ...gateways]) await gateway.count(one, 'beta')
  for (const gateway of gateways) {
    const refusal = await gateway.count(one, 'beta').catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: Code.ResourceExhausted })
    const seconds = Number((refusal as ConnectError).metadata.get('retry-after'))
    expect(seconds).toBeGreaterThanOrEqual(1)
    expect(seconds).toBeLessThanOrEqual(10)
  }
  await gateways[0].count(one, 'v2024')
  await gateways[1].count(client('two'), 'beta')
})

test('0 is no limit', async () => {
  const gateway = createCallLimit(db.database.sql, limitOf(0), logger)
  for (let call = 0; call < 20; call++) await gateway.count(client('three'), 'beta')
})

test('when calls cannot be counted none is let through', async () => {
  const away = openDatabase({ url: 'postgres://x:y@127.0.0.1:9/z', applicationName: 'assay-test', maxConnections: 1 })
  const refusal = await createCallLimit(away.sql, limitOf(4), logger)
    .count(client('four'), 'beta')
    .catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: Code.Unavailable })
  await away.close()
})

test('the calls of two APIs are counted apart', async () => {
  const one = createCallLimit(db.database.sql, limitOf(1), logger)
  const other = createCallLimit(db.database.sql, { ...limitOf(1), name: 'Other' }, logger)
  await one.count(client('five'), 'beta')
  await other.count(client('five'), 'beta')
  await expect(one.count(client('five'), 'beta')).rejects.toMatchObject({ code: Code.ResourceExhausted })
})
