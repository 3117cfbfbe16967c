import { createTenant, inTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encryptionKey as old } from '../testing.ts'
import { createIssuer, findIssuer, secretName } from './issuers.ts'
import { sealAgain } from './seal-again.ts'
import { type SealedText, SealedTexts } from './sealing.ts'
import { idTokenName, refreshName } from './sign-in-of-person.ts'

let db: TestDatabase
const fresh = new Uint8Array(32).fill(9)
const lost = new Uint8Array(32).fill(8)
const session = '6d3d6f0c-8a0c-4d0e-9c6b-2b1b7e0f4f11'
const nothingMore = { tenants: [], secrets: 0, tokens: 0, unreadable: [] }

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db?.drop())

async function issuerOf(tenantId: number, issuer: string, clientSecret: string | undefined): Promise<string> {
  const made = await inTenant(db.owner.sql, tenantId, (sql) =>
    createIssuer(sql, tenantId, {
      displayName: 'Sign in',
      issuer,
      clientId: 'assay',
      clientSecret,
      scopes: [],
      groupsClaim: 'groups',
      identityClaim: undefined,
      identityBy: 'id',
      contact: '',
    }),
  )
  return made.id
}

async function secretOf(id: string): Promise<SealedText> {
  const found = await findIssuer(db.owner.sql, id)
  return found?.clientSecret as SealedText
}

async function tokensOfSession(tenantId: number) {
  const [row] = await inTenant(
    db.owner.sql,
    tenantId,
    (sql) => sql<{ refresh: SealedText; id: SealedText }[]>`
      select refresh_token as refresh, id_token as id from console_sessions
      where tenant_id = ${tenantId} and name = ${session}`,
  )
  return row as { refresh: SealedText; id: SealedText }
}

test('after another key, secrets of issuers and tokens of sessions are sealed by it, of every tenant and once', async () => {
  const { sql } = db.owner
  const before = new SealedTexts(sql, { encryptionKey: old })
  await before.publish()
  const [one, two] = [(await createTenant(sql, 'one')).tenantId, (await createTenant(sql, 'two')).tenantId]
  const ids = [
    await issuerOf(one, 'https://a.example', 'hush a'),
    await issuerOf(two, 'https://b.example', 'hush b'),
    await issuerOf(two, 'https://open.example', undefined),
  ] as const
  const sealedTokens = [
    await before.seal(refreshName(session), 'refresh me'),
    await before.seal(idTokenName(session), 'who I am'),
  ].map((token) => JSON.stringify(token))
  await inTenant(sql, one, async (scoped) => {
    await scoped`
      insert into console_people (tenant_id, id, issuer_id, subject, display_name, groups)
      values (${one}, 'person-ada', ${ids[0]}, 'ada', 'Ada', '{}')`
    await scoped`
      insert into console_sessions (tenant_id, id_hash, name, person_id, ends_at, refresh_token, id_token)
      values (${one}, sha256('x'), ${session}, 'person-ada', now() + interval '1 hour',
        ${sealedTokens[0] ?? ''}::text::jsonb, ${sealedTokens[1] ?? ''}::text::jsonb)`
  })
  const both = new SealedTexts(sql, { encryptionKey: fresh, decryptionKey: old })

  expect(await sealAgain(sql, both)).toEqual({ tenants: [one, two], secrets: 2, tokens: 2, unreadable: [] })

  const after = new SealedTexts(sql, { encryptionKey: fresh })
  expect(await after.open(secretName(ids[0]), await secretOf(ids[0]))).toBe('hush a')
  expect(await after.open(secretName(ids[1]), await secretOf(ids[1]))).toBe('hush b')
  const tokens = await tokensOfSession(one)
  expect(await after.open(refreshName(session), tokens.refresh)).toBe('refresh me')
  expect(await after.open(idTokenName(session), tokens.id)).toBe('who I am')
  expect(await sealAgain(sql, both)).toEqual(nothingMore)
  expect(await sealAgain(sql, after)).toEqual(nothingMore)
  // Secrets that are entered from now on are sealed with the new key too.
  const later = await issuerOf(one, 'https://later.example', 'hush later')
  expect(await after.open(secretName(later), await secretOf(later))).toBe('hush later')
})

test('a secret that neither key opens is named and left as it is', async () => {
  const { sql } = db.owner
  await new SealedTexts(sql, { encryptionKey: lost }).publish()
  const three = (await createTenant(sql, 'three')).tenantId
  const id = await issuerOf(three, 'https://lost.example', 'hush')
  const before = await secretOf(id)
  expect(await sealAgain(sql, new SealedTexts(sql, { encryptionKey: fresh, decryptionKey: old }))).toEqual({
    ...nothingMore,
    unreadable: [{ tenant: 'three', issuer: 'https://lost.example' }],
  })
  expect(await secretOf(id)).toEqual(before)
})
