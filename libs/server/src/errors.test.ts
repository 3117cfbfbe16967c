import { BadRequestSchema, ErrorInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { DomainError, type DomainErrorKind, invalidArgument } from '@assay/errors'
import { Code, ConnectError } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { internalErrorText, toConnectError } from './errors.ts'

const kinds: Readonly<Record<DomainErrorKind, Code>> = {
  aborted: 10,
  already_exists: 6,
  failed_precondition: 9,
  invalid_argument: 3,
  not_found: 5,
  permission_denied: 7,
  resource_exhausted: 8,
  unauthenticated: 16,
  unavailable: 14,
}

test.each(Object.entries(kinds))('%s becomes the gRPC code %i with the same words', (kind, code) => {
  const wire = toConnectError(new DomainError(kind as DomainErrorKind, 'what was wrong'))
  expect([wire.code, wire.rawMessage, wire.details]).toEqual([code, 'what was wrong', []])
})

test('violations become a BadRequest detail', () => {
  const wire = toConnectError(invalidArgument('page_size', 'must not be negative'))
  expect(wire.findDetails(BadRequestSchema)[0]?.fieldViolations).toMatchObject([
    { field: 'page_size', description: 'must not be negative' },
  ])
})

test('a reason becomes an ErrorInfo detail of our domain', () => {
  const error = new DomainError('aborted', 'busy', { reason: 'IMPORT_OPEN', metadata: { importId: '7' } })
  expect(toConnectError(error).findDetails(ErrorInfoSchema)[0]).toMatchObject({
    reason: 'IMPORT_OPEN',
    domain: 'assay',
    metadata: { importId: '7' },
  })
})

test.each([new Error('password=hunter2'), 'a thrown string', undefined, new TypeError('x is undefined')])(
  'an error that is not ours to show (%s) becomes INTERNAL with a fixed text and keeps its cause inside',
  (thrown) => {
    const wire = toConnectError(thrown)
    expect([wire.code, wire.rawMessage]).toEqual([Code.Internal, internalErrorText])
    expect(wire.cause).toBe(thrown)
  },
)

test('the abort of a call is CANCELED, and a ConnectError passes as it is', () => {
  expect(toConnectError(new DOMException('This operation was aborted', 'AbortError')).code).toBe(Code.Canceled)
  const own = new ConnectError('as it is', Code.OutOfRange)
  expect(toConnectError(own)).toBe(own)
})

test('half a character in a message is replaced, since gRPC cannot carry it', () => {
  const half = '𝒳'.slice(0, 1)
  const refused = toConnectError(invalidArgument('rule', `unexpected ${half}`))
  expect(refused.rawMessage).toBe('rule: unexpected \ufffd')
  expect(refused.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.description).toBe('unexpected \ufffd')
  const own = new ConnectError(half, Code.OutOfRange, { 'x-why': 'because' })
  expect(toConnectError(own)).toMatchObject({ rawMessage: '\ufffd', code: Code.OutOfRange, metadata: own.metadata })
})
