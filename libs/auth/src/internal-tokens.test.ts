import { SignJWT } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import { createInternalTokens } from './internal-tokens.ts'
import type { Principal } from './principal.ts'

afterEach(() => {
  vi.useRealTimers()
})

const secret = new Uint8Array(32).fill(7)
const principal: Principal = {
  tenantId: 7,
  tenant: 'local',
  clientId: 'swift-otter-12345@127.0.0.1/spc',
  identityId: 'e-1',
  displayName: 'Zoë',
  dialect: 'c1',
  role: 'reviewer',
}
const refusal = expect.objectContaining({ kind: 'unauthenticated' })

test('a principal comes out as it went in', async () => {
  const token = await createInternalTokens(secret).sign(principal)
  expect(await createInternalTokens(secret).verify(token)).toEqual(principal)
})

test('one principal gets one token for forty seconds, then a fresh one', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const tokens = createInternalTokens(secret)
  const first = await tokens.sign(principal)
  vi.setSystemTime(Date.now() + 39_000)
  expect(await tokens.sign(principal)).toBe(first)
  vi.setSystemTime(Date.now() + 2_000)
  expect(await tokens.sign(principal)).not.toBe(first)
})

test('a token is worth nothing after a minute, even where it was verified before', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const tokens = createInternalTokens(secret)
  const token = await tokens.sign(principal)
  await tokens.verify(token)
  vi.setSystemTime(Date.now() + 70_000)
  await expect(tokens.verify(token)).rejects.toThrow(refusal)
})

test('a token of another secret, of another audience, unsigned, or of rubbish is refused', async () => {
  const tokens = createInternalTokens(secret)
  const foreign = await createInternalTokens(new Uint8Array(32).fill(8)).sign(principal)
  const unsigned = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ principal, aud: 'internal' }))}.`
  const claims = (aud: string, content: object) =>
    new SignJWT({ ...content })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('assay-gateway')
      .setAudience(aud)
      .setExpirationTime('1m')
      .sign(secret)
  const elsewhere = await claims('assay-api', { principal })
  const powerless = await claims('internal', { principal: { ...principal, role: 'root' } })
  for (const token of [foreign, unsigned, elsewhere, powerless, 'rubbish', '']) {
    await expect(tokens.verify(token)).rejects.toThrow(refusal)
  }
})

test('a secret that could be guessed is refused at once', () => {
  expect(() => createInternalTokens(new Uint8Array(16))).toThrow('at least 32')
})
