import { createLogger } from '@assay/server'
import { Code, ConnectError } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { sailpointErrors } from './error-document.ts'

test('contradiction 17: a client beyond its limit gets the message with its blanks, and Retry-After', () => {
  const error = new ConnectError('More than 4 calls', Code.ResourceExhausted, { 'retry-after': '7' })
  const failure = { error, httpStatus: 429, method: 'GET', url: '/beta/x', status: () => ({ details: [] }) }
  expect(sailpointErrors(createLogger('test', 'silent'))(failure)).toEqual({
    document: { message: ' Rate Limit Exceeded ' },
    headers: { 'retry-after': '7' },
  })
})
