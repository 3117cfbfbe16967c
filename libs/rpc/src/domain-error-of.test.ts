import { DomainError } from '@assay/errors'
import { Code, ConnectError } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { domainErrorOf } from './domain-error-of.ts'

test.each([
  [Code.InvalidArgument, 'invalid_argument'],
  [Code.FailedPrecondition, 'failed_precondition'],
  [Code.NotFound, 'not_found'],
  [Code.AlreadyExists, 'already_exists'],
  [Code.Aborted, 'aborted'],
  [Code.PermissionDenied, 'permission_denied'],
  [Code.ResourceExhausted, 'resource_exhausted'],
])('a refusal keeps its kind and its words: %i is %s', (code, kind) => {
  const cause = new ConnectError('its own words', code)
  expect(domainErrorOf(cause, 'mining')).toMatchObject({ kind, message: 'its own words', cause })
})

test.each([Code.Unavailable, Code.DeadlineExceeded, Code.Canceled, Code.Unknown])(
  'a service that cannot be reached (%i) is unavailable, by its name',
  (code) => {
    const error = domainErrorOf(new ConnectError('read ECONNRESET 10.0.0.1', code), 'mining')
    const message = 'The mining service does not answer at the moment'
    expect(error).toMatchObject({ kind: 'unavailable', message })
  },
)

test('a fault of the service, a refused token and what is no error of a call are no errors of the domain', () => {
  const fault = Object.assign(new ConnectError('internal', Code.Internal), { isWireError: true })
  const refused = domainErrorOf(new ConnectError('no', Code.Unauthenticated), 'mining')
  const left = new Error('the caller left')
  expect(domainErrorOf(fault, 'mining')).toBe(fault)
  expect(refused).toMatchObject({ message: expect.stringContaining('ASSAY_INTERNAL_SECRET') })
  expect(refused).not.toBeInstanceOf(DomainError)
  expect(domainErrorOf(left, 'mining')).toBe(left)
})
