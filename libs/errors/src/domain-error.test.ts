import { expect, test } from 'vitest'
import { DomainError } from './index.ts'

test('an error has what it was made with', () => {
  const cause = new Error('connection lost')
  const details = { reason: 'OVERLOADED', metadata: { queue: 'loads' }, retryAfterMs: 1500, cause }
  const error = new DomainError('unavailable', 'too many calls', details)
  expect(error).toMatchObject({ name: 'DomainError', kind: 'unavailable', message: 'too many calls', ...details })
})

test('an error without details has no violations, no facts, no reason, no time to wait and no cause', () => {
  const error = new DomainError('aborted', 'changed meanwhile')
  expect(error).toMatchObject({ violations: [], metadata: {}, reason: undefined, retryAfterMs: undefined })
  expect(error).not.toHaveProperty('cause')
})

test('twenty violations are all shown, and none is said to be left out', () => {
  const violations = Array.from({ length: 20 }, (_, index) => ({ field: `ids[${index}]`, description: 'is unknown' }))
  expect(new DomainError('invalid_argument', 'many', { violations }).violations).toEqual(violations)
})
