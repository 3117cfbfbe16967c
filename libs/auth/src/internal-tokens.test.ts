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
  const token = await createInternalTokens(secret).sign(principal, 'mining')
  expect(await createInternalTokens(secret).verify(token, 'mining')).toEqual(principal)
})

test('one principal gets one token for each service for 25 seconds, then a fresh one', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const tokens = createInternalTokens(secret)
  const first = await tokens.sign(principal, 'mining')
  expect(await tokens.sign(principal, 'iai-sessions')).not.toBe(first)
  vi.setSystemTime(Date.now() + 24_000)
  expect(await tokens.sign(principal, 'mining')).toBe(first)
  vi.setSystemTime(Date.now() + 2_000)
  expect(await tokens.sign(principal, 'mining')).not.toBe(first)
})

test('a token is for one service, also where that service has verified it before', async () => {
  const tokens = createInternalTokens(secret)
  const token = await tokens.sign(principal, 'mining')
  await tokens.verify(token, 'mining')
  await expect(tokens.verify(token, 'iai-sessions')).rejects.toThrow(
    expect.objectContaining({ kind: 'unauthenticated', message: expect.stringContaining('another service') }),
  )
  const both = await signed({ principal }, { audience: ['mining', 'iai-sessions'] })
  await expect(tokens.verify(both, 'mining')).rejects.toThrow(refusal)
})

test('a token is worth nothing after a minute, even where it was verified before', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const tokens = createInternalTokens(secret)
  const token = await tokens.sign(principal, 'mining')
  await tokens.verify(token, 'mining')
  vi.setSystemTime(Date.now() + 61_000)
  await expect(tokens.verify(token, 'mining')).rejects.toThrow(refusal)
})

test('one that another version signed for longer is worth nothing after a minute either', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const token = await signed({ principal }, { lifetime: '1h' })
  const tokens = createInternalTokens(secret)
  vi.setSystemTime(Date.now() + 61_000)
  await expect(tokens.verify(token, 'mining')).rejects.toThrow(refusal)
})

test.each([-14, 14])('clocks that are %d s apart do no harm, whenever the token is used', async (apart) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const tokens = createInternalTokens(secret)
  const start = Date.now()
  await tokens.sign(principal, 'mining')
  for (const age of [0, 24]) {
    vi.setSystemTime(start + age * 1000)
    const token = await tokens.sign(principal, 'mining')
    vi.setSystemTime(start + (age + apart) * 1000)
    expect(await createInternalTokens(secret).verify(token, 'mining')).toEqual(principal)
  }
})

test('clocks that are further apart are named as the fault', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const tokens = createInternalTokens(secret)
  const token = await tokens.sign(principal, 'mining')
  vi.setSystemTime(Date.now() - 20_000)
  await expect(tokens.verify(token, 'mining')).rejects.toThrow('the clocks of two machines differ')
})

test('a token of another secret, of another audience, unsigned, or of rubbish is refused', async () => {
  const tokens = createInternalTokens(secret)
  const foreign = await createInternalTokens(new Uint8Array(32).fill(8)).sign(principal, 'mining')
  const unsigned = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ principal, aud: 'mining' }))}.`
  const elsewhere = await signed({ principal }, { audience: 'assay-api' })
  const powerless = await signed({ principal: { ...principal, role: 'root' } }, {})
  for (const token of [foreign, unsigned, elsewhere, powerless, 'rubbish', '']) {
    await expect(tokens.verify(token, 'mining')).rejects.toThrow(refusal)
  }
})

function signed(content: object, { audience = 'mining' as string | string[], lifetime = '45s' }) {
  return new SignJWT({ ...content })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('assay')
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(secret)
}

test('a secret that could be guessed is refused at once', () => {
  expect(() => createInternalTokens(new Uint8Array(16))).toThrow('at least 32')
})
