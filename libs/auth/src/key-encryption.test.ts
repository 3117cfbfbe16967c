import { clientDialects } from '@assay/dialects'
import { createTestDatabase } from '@assay/store/testing'
import { calculateJwkThumbprint, exportJWK, type FlattenedJWE, generateKeyPair } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { createAccessTokens } from './access-tokens.ts'
import { KeyEncryption } from './key-encryption.ts'
import { encryptionKey } from './testing.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

const other = new Uint8Array(32).fill(6)
const wrong = expect.objectContaining({ kind: 'unavailable', reason: 'KEY_ENCRYPTION_KEY_WRONG' })
const tokens = () => createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })

async function freshKey() {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const publicKey = await exportJWK(pair.publicKey)
  return { keyId: await calculateJwkThumbprint(publicKey), publicKey, privateKey: await exportJWK(pair.privateKey) }
}

async function storedKeys() {
  return await db.owner.sql<{ keyId: string; privateKey: FlattenedJWE | null; isRetired: boolean }[]>`
    select key_id as "keyId", private_key as "privateKey", retired_at is not null as "isRetired"
    from signing_keys order by created_at`
}

test('the private half of a signing key is nowhere in the database, and a retired key has none', async () => {
  await tokens().rotate()
  await tokens().rotate()
  const [retired, inUse] = await storedKeys()
  expect(retired).toMatchObject({ isRetired: true, privateKey: null })
  expect(Object.keys(inUse?.privateKey ?? {}).sort()).toEqual(['aad', 'ciphertext', 'header', 'iv', 'protected', 'tag'])
  const { privateKey } = await new KeyEncryption({ encryptionKey }).open(inUse?.keyId ?? '', inUse?.privateKey ?? {})
  expect(privateKey).toMatchObject({ kty: 'OKP', crv: 'Ed25519', d: expect.stringMatching(/^[\w-]{43}$/) })
  const { everything } = (
    await db.owner.sql<{ everything: string }[]>`
    select string_agg(k::text, ' ') as everything from signing_keys k`
  )[0]!
  expect(everything).not.toContain(privateKey.d)
})

test('a key that a former version left in plain is encrypted when the gateway starts, and signs on', async () => {
  const { keyId, publicKey, privateKey } = await freshKey()
  await db.owner.sql`
    select put_signing_key(${keyId}, ${JSON.stringify(publicKey)}::text::jsonb, ${JSON.stringify(privateKey)}::text::jsonb, 0, 60)`
  await tokens().prepare()
  const stored = (await storedKeys()).find((row) => row.keyId === keyId)
  expect(stored?.privateKey).not.toHaveProperty('d')
  const opened = await new KeyEncryption({ encryptionKey }).open(keyId, stored?.privateKey ?? {})
  expect(opened).toEqual({ privateKey, by: 'encryption key' })
})

test('a key opens by the key that encrypted it, or by the other one while both are there', async () => {
  const { keyId, privateKey } = await freshKey()
  const stored = await new KeyEncryption({ encryptionKey: other }).encrypt(keyId, privateKey)
  await expect(new KeyEncryption({ encryptionKey }).open(keyId, stored)).rejects.toThrow(wrong)
  const both = new KeyEncryption({ encryptionKey, decryptionKey: other })
  expect(await both.open(keyId, stored)).toEqual({ privateKey, by: 'decryption key' })
})

test('a key that was put in the place of another, or changed, does not open', async () => {
  const encryption = new KeyEncryption({ encryptionKey })
  const { keyId, privateKey } = await freshKey()
  const stored = await encryption.encrypt(keyId, privateKey)
  await expect(encryption.open('another id', stored)).rejects.toThrow(wrong)
  const bent = `${stored.ciphertext.startsWith('A') ? 'B' : 'A'}${stored.ciphertext.slice(1)}`
  await expect(encryption.open(keyId, { ...stored, ciphertext: bent })).rejects.toThrow(wrong)
  await expect(encryption.open(keyId, { ...stored, header: { kid: 'unknown' } })).resolves.toMatchObject({ privateKey })
})

test('a key encryption key that could be guessed is refused at once', () => {
  expect(() => new KeyEncryption({ encryptionKey: new Uint8Array(31) })).toThrow('at least 32')
})
