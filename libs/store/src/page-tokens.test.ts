import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PageTokens } from './page-tokens.ts'

const tokens = new PageTokens(randomBytes(32))
const query = { tenant: 1, list: 'identities', filter: { department: 'Sales', title: null }, states: ['NEW'] }
const refusal = 'page_token: was not given out for this list; begin again without a page token'

test('a token gives back the cursor it was made from', () => {
  const cursor = fc.array(fc.oneof(fc.integer(), fc.string({ unit: 'binary' })))
  fc.assert(
    fc.property(fc.jsonValue(), cursor, (anyQuery, anyCursor) => {
      expect(tokens.decode(anyQuery, tokens.encode(anyQuery, anyCursor))).toEqual(anyCursor)
    }),
  )
})

test('a token does not show its cursor', () => {
  const token = tokens.encode(query, [-0.8731, 'Ada'])
  const shown = Buffer.from(token, 'base64url').toString('latin1')
  expect(shown).not.toContain('Ada')
  expect(shown).not.toContain('0.8731')
  expect(tokens.encode(query, [-0.8731, 'Ada'])).toBe(token)
})

test('the empty token asks for the first page', () => {
  expect(tokens.decode(query, '')).toBeUndefined()
})

test('the order of properties in the query does not matter', () => {
  const turned = { states: ['NEW'], filter: { title: null, department: 'Sales' }, list: 'identities', tenant: 1 }
  expect(tokens.decode(turned, tokens.encode(query, ['a', 1]))).toEqual(['a', 1])
})

test.each([
  ['another tenant', { ...query, tenant: 2 }],
  ['another filter', { ...query, filter: { department: 'Sales', title: 'Lead' } }],
  ['another order of a list', { ...query, states: ['NEW', 'OLD'] }],
  ['a number that is a text', { ...query, tenant: '1' }],
  ['a bigint', { ...query, tenant: 1n }],
  ['nothing', undefined],
])('a token is refused for %s', (_, other) => {
  expect(() => tokens.decode(other, tokens.encode(query, [1]))).toThrow(refusal)
})

test('a token that was changed in any place is refused', () => {
  const token = tokens.encode(query, ['Ada', 7])
  fc.assert(
    fc.property(
      fc.nat(token.length - 1),
      fc.constantFrom('', ' ', '=', '+', 'A', 'z', '0', 'é'),
      (place, character) => {
        const changed = token.slice(0, place) + character + token.slice(place + 1)
        fc.pre(changed !== token && changed !== '')
        expect(() => tokens.decode(query, changed)).toThrow(refusal)
      },
    ),
  )
})

test('a token of the longest length is accepted, and a longer one is refused', () => {
  const ofLength = (length: number) => {
    const token = tokens.encode(query, ['x'.repeat((length * 3) / 4 - 20)])
    expect(token).toHaveLength(length)
    return token
  }
  expect(tokens.decode(query, ofLength(8_192))).toHaveLength(1)
  expect(() => tokens.decode(query, ofLength(8_196))).toThrow(refusal)
})

test('made up, endless and foreign tokens are refused as an invalid page_token', () => {
  const foreign = new PageTokens(randomBytes(32)).encode(query, [1])
  for (const token of [foreign, 'x', 'page-2', '\0', 'A'.repeat(1_000_000)]) {
    expect(() => tokens.decode(query, token)).toThrow(
      expect.objectContaining({
        kind: 'invalid_argument',
        violations: [expect.objectContaining({ field: 'page_token' })],
      }),
    )
  }
})

test('processes that share the secret understand each other', () => {
  const secret = randomBytes(16)
  const token = new PageTokens(secret).encode(query, ['x'])
  expect(new PageTokens(secret).decode(query, token)).toEqual(['x'])
  expect(() => new PageTokens(randomBytes(8))).toThrow('at least 16 bytes')
})
