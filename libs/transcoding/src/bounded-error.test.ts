import { Code, ConnectError } from '@connectrpc/connect'
import { describe, expect, test } from 'vitest'
import { boundedError } from './bounded-error.ts'
import { BadRequestSchema, ErrorInfoSchema } from './generated/google/rpc/error_details_pb.js'
import { statusDocument } from './status-document.ts'

const manyOf = (count: number, field: string, description: string) => ({
  desc: BadRequestSchema,
  value: { fieldViolations: Array.from({ length: count }, (_, at) => ({ field: `${field}${at}`, description })) },
})
const info = { desc: ErrorInfoSchema, value: { reason: 'TOO_LONG', domain: 'assay', metadata: {} } }

function bodyOf(error: ConnectError) {
  const document = statusDocument(error, undefined, () => {})
  return { document, bytes: Buffer.byteLength(JSON.stringify(document)) }
}

describe.each([
  ['letters', 'a'],
  ['control characters, which take six bytes in JSON', '\u0001'],
  ['characters of three bytes', '字'],
  ['characters of four bytes', '😀'],
])('of %s', (_, character) => {
  const long = character.repeat(5_000)
  test.each([
    ['a long message', new ConnectError(long, Code.NotFound)],
    [
      'a long message with a violation',
      new ConnectError(long, Code.InvalidArgument, undefined, [manyOf(1, 'a', long)]),
    ],
    ['20 violations', new ConnectError('a: b', Code.InvalidArgument, undefined, [manyOf(20, long, long), info])],
    ['1,000 violations', new ConnectError('a: b', Code.InvalidArgument, undefined, [manyOf(1000, 'a', 'b')])],
  ])('%s make a body of at most 6 KiB, which keeps the code and the first violation', (_name, error) => {
    const bounded = boundedError(error)
    const { bytes, document } = bodyOf(bounded)
    expect(bytes).toBeLessThanOrEqual(6 * 1024)
    expect(document).toMatchObject({ code: error.code })
    expect(bounded.rawMessage.slice(0, 50)).toBe(error.rawMessage.slice(0, 50))
    const [given, kept] = [error, bounded].map((one) => one.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field)
    expect(kept?.slice(0, 50)).toBe(given?.slice(0, 50))
    expect(bounded.findDetails(ErrorInfoSchema)).toHaveLength(error.findDetails(ErrorInfoSchema).length)
  })
})

test('violations that were left out are counted', () => {
  const bounded = boundedError(new ConnectError('a: b', Code.InvalidArgument, undefined, [manyOf(1000, 'a', 'b')]))
  expect(bounded.findDetails(BadRequestSchema)[0]!.fieldViolations.at(-1)?.description).toBe('and 980 more')
})

test('what is small enough stays as it is', () => {
  const error = new ConnectError('a: b', Code.InvalidArgument, undefined, [manyOf(20, 'a', 'b'), info])
  expect(boundedError(error)).toBe(error)
})
