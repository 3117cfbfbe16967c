import { expect, test } from 'vitest'
import { previewsOf } from './previews.ts'

const key = Buffer.alloc(32, 5)
const ada = { tenantId: 1, clientId: 'calm-otter', identityId: 'ada' }
const shown = {
  tool: 'AcceptCandidate',
  given: { candidateId: 'c', leftOut: [] },
  importId: '7',
  policies: ['p1', 'e1'],
}

test('a hash holds for what was shown, in whatever order its members stand', () => {
  const previews = previewsOf(key, ada)
  const hash = previews.hashOf(shown)
  expect(previews.faultOf(hash, shown)).toBeUndefined()
  expect(previews.faultOf(hash, Object.fromEntries(Object.entries(shown).reverse()))).toBeUndefined()
  expect(hash).not.toContain('calm-otter')
})

test.each([
  ['another tool', { ...shown, tool: 'DismissCandidate' }],
  ['other arguments', { ...shown, given: { candidateId: 'd', leftOut: [] } }],
  ['other access data', { ...shown, importId: '8' }],
  ['other policies', { ...shown, policies: ['p1', 'e2'] }],
  ['more than was shown', { ...shown, more: 1 }],
])('a hash does not hold for %s', (_, other) => {
  const previews = previewsOf(key, ada)
  expect(previews.faultOf(previews.hashOf(shown), other)).toBe('other')
})

test.each([
  ['another tenant', { ...ada, tenantId: 2 }],
  ['another client', { ...ada, clientId: 'keen-wren' }],
  ['another identity', { ...ada, identityId: 'grace' }],
])('a hash of %s does not hold', (_, other) => {
  expect(previewsOf(key, other).faultOf(previewsOf(key, ada).hashOf(shown), shown)).toBe('other')
})

test('a hash ends after ten minutes, and its end cannot be put off', () => {
  let now = 1_000_000
  const previews = previewsOf(key, ada, () => now)
  const hash = previews.hashOf(shown)
  now += 600_000
  expect(previews.faultOf(hash, shown)).toBeUndefined()
  now += 1
  expect(previews.faultOf(hash, shown)).toBe('expired')
  const [, mac] = hash.split('.')
  expect(previews.faultOf(`${(now + 1000).toString(36)}.${mac}`, shown)).toBe('other')
})

test.each(['', '.', 'x', `${'0'.repeat(12)}.${'a'.repeat(43)}`, `1.${'a'.repeat(44)}`, `1.${'é'.repeat(43)}`])(
  '%j is no hash',
  (hash) => {
    expect(previewsOf(key, ada).faultOf(hash, shown)).toBe('other')
  },
)

test('another key makes other hashes', () => {
  const hash = previewsOf(Buffer.alloc(32, 6), ada).hashOf(shown)
  expect(previewsOf(key, ada).faultOf(hash, shown)).toBe('other')
})
