import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashedOn, hashOfState } from './resumed-sha256.ts'

test('parts of any lengths have the hash of the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 }), (parts) => {
      const state = parts.reduce<Uint8Array>(hashedOn, new Uint8Array())
      const whole = Buffer.concat(parts)
      expect(hashOfState(state, whole.length)).toBe(createHash('sha256').update(whole).digest('hex'))
    }),
  )
})
