import type { DomainError } from '@assay/errors'
import { Code, ConnectError } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { relayedError } from './relayed-error.ts'

const ofOurs = Object.values(Code).filter((code) => typeof code === 'number')

test.each([Code.ResourceExhausted, Code.DeadlineExceeded])('code %i of our own end reaches the caller', (code) => {
  const error = new ConnectError('the message is larger than it may be', code)
  expect(relayedError(error, 'mining', undefined)).toBe(error)
})

test.each(ofOurs.filter((code) => code !== Code.ResourceExhausted && code !== Code.DeadlineExceeded))(
  'code %i of our own end means that the service does not answer, and leaves its address out',
  (code) => {
    const error = new ConnectError('connect ECONNREFUSED 10.0.0.7:8081', code)
    const relayed = relayedError(error, 'mining', undefined)
    expect(relayed).toMatchObject({ kind: 'unavailable', reason: 'BACKEND_UNAVAILABLE', cause: error })
    expect(relayed).toHaveProperty('message', expect.not.stringContaining('10.0.0.7'))
  },
)

test.each([
  ['that had not begun', 'connect', 'ECONNREFUSED', false, true],
  ['that only reads', 'read', 'ECONNRESET', true, true],
  ['that may have been done', 'read', 'ECONNRESET', false, false],
])('a call %s is repeated, or not: syscall %s, %s', (_, syscall, code, isRead, mayBeRepeated) => {
  const cause = Object.assign(new Error('the connection broke'), { syscall, code })
  const error = new ConnectError('the connection broke', Code.Unavailable, undefined, undefined, cause)
  const { retryAfterMs } = relayedError(error, 'mining', undefined, { isRead }) as DomainError
  expect(retryAfterMs !== undefined).toBe(mayBeRepeated)
})

test('a caller who left is told that, and what is no error of a call is a fault of ours', () => {
  const reason = new Error('left')
  const error = new ConnectError('reset', Code.Unavailable)
  expect(relayedError(error, 'mining', AbortSignal.abort(reason))).toBe(reason)
  expect(relayedError(error, 'mining', new AbortController().signal)).not.toBe(error)
  const fault = new TypeError('undefined is not a function')
  expect(relayedError(fault, 'mining', undefined)).toBe(fault)
})
