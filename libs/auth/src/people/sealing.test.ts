import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encryptionKey } from '../testing.ts'
import { SealedTexts, sealForGateways } from './sealing.ts'

let db: TestDatabase
const otherKey = new Uint8Array(32).fill(9)

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db?.drop())

test('before a gateway has started, nothing can be sealed for one', async () => {
  await expect(sealForGateways(db.owner.sql, 'x', 'hush')).rejects.toMatchObject({ kind: 'failed_precondition' })
})

test('what a service seals, a gateway opens, and by its name alone', async () => {
  const gateway = new SealedTexts(db.owner.sql, { encryptionKey })
  await gateway.publish()
  const sealed = await sealForGateways(db.owner.sql, 'secret of a', 'hush ü')
  expect(JSON.stringify(sealed)).not.toContain('hush')
  expect(await gateway.open('secret of a', sealed)).toBe('hush ü')
  await expect(gateway.open('secret of b', sealed)).rejects.toMatchObject({ reason: 'KEY_ENCRYPTION_KEY_WRONG' })
  const altered = { ...sealed, ciphertext: sealed.ciphertext.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) }
  await expect(gateway.open('secret of a', altered)).rejects.toMatchObject({ reason: 'KEY_ENCRYPTION_KEY_WRONG' })
})

test('a gateway with another key opens what was sealed before while it has both', async () => {
  const sealed = await new SealedTexts(db.owner.sql, { encryptionKey }).seal('x', 'hush')
  const both = new SealedTexts(db.owner.sql, { encryptionKey: otherKey, decryptionKey: encryptionKey })
  expect(await both.open('x', sealed)).toBe('hush')
  await expect(new SealedTexts(db.owner.sql, { encryptionKey: otherKey }).open('x', sealed)).rejects.toMatchObject({
    kind: 'unavailable',
  })
  await both.publish()
  const fresh = await sealForGateways(db.owner.sql, 'x', 'again')
  expect(await both.open('x', fresh)).toBe('again')
})
