import { expect, test } from 'vitest'
import { AnswerReader, type HttpAnswer } from './answer-reader.ts'

const ok = 'HTTP/1.1 200 OK\r\n'

/** Reads the bytes in pieces of this size. */
function read(text: string, size: number): { answer: HttpAnswer | undefined; staysOpen: boolean } {
  const reader = new AnswerReader()
  const bytes = Buffer.from(text, 'latin1')
  let answer: HttpAnswer | undefined
  for (let at = 0; at < bytes.length; at += size) answer ??= reader.add(bytes.subarray(at, at + size))
  return { answer: answer ?? reader.end(), staysOpen: reader.staysOpen }
}

const answers: [string, string, { status?: number; body: string; staysOpen: boolean }][] = [
  ['a body of a known length', `${ok}Content-Length: 5\r\nX-A: 1\r\n\r\nhello`, { body: 'hello', staysOpen: true }],
  ['no body', `${ok}content-length: 0\r\n\r\n`, { body: '', staysOpen: true }],
  ['a status without a body', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '', staysOpen: true }],
  ['a status without words', 'HTTP/1.1 503\r\ncontent-length: 1\r\n\r\nx', { status: 503, body: 'x', staysOpen: true }],
  [
    'chunks with extensions and fields behind them',
    `${ok}Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\nB\r\n, the rest.\r\n0\r\nx-end: 1\r\n\r\n`,
    { body: 'hello, the rest.', staysOpen: true },
  ],
  [
    'another answer before it',
    `HTTP/1.1 100 Continue\r\n\r\n${ok}content-length: 2\r\n\r\nhi`,
    { body: 'hi', staysOpen: true },
  ],
  ['a last answer', `${ok}Connection: close\r\nContent-Length: 2\r\n\r\nhi`, { body: 'hi', staysOpen: false }],
  ['a body until the end', `${ok}x: y\r\n\r\nhi there`, { body: 'hi there', staysOpen: false }],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi', { body: 'hi', staysOpen: false }],
]

test.each(answers)('%s is read, whatever pieces it comes in', (_, text, { status = 200, body, staysOpen }) => {
  for (const size of [1, 2, 3, 7, text.length]) {
    const { answer, ...rest } = read(text, size)
    expect({ size, status: answer?.status, body: answer?.body.toString(), ...rest }).toEqual({
      size,
      status,
      body,
      staysOpen,
    })
  }
})

test('fields are found by names in lower case, several of one name in one', () => {
  const { answer } = read(`${ok}X-Some: a\r\nContent-Length:0\r\nx-some:  b \r\n\r\n`, 4)
  expect(answer?.fields).toEqual({ 'x-some': 'a, b', 'content-length': '0' })
})

test('what follows an answer that nobody asked for makes its connection unfit', () => {
  expect(read(`${ok}content-length: 1\r\n\r\nx${ok}`, 1000).staysOpen).toBe(false)
})

test('an answer that is cut off is none', () => {
  expect(read(`${ok}content-length: 9\r\n\r\nhello`, 1000).answer).toBeUndefined()
  expect(read(`${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello`, 1000).answer).toBeUndefined()
  expect(read('HTTP/1.1 200', 1000).answer).toBeUndefined()
})

test.each([
  ['HTTP/2 200 OK\r\n\r\n', 'not HTTP/1.1'],
  ['SSH-2.0-OpenSSH\r\n\r\n', 'not HTTP/1.1'],
  [`${ok}: 1\r\n\r\n`, 'a field without a name'],
  [`${ok}content-length: 5, 6\r\n\r\n`, 'an invalid content length'],
  [`${ok}content-length: -1\r\n\r\n`, 'an invalid content length'],
  [`${ok}transfer-encoding: gzip, chunked\r\n\r\n`, 'an unknown transfer encoding'],
  [`${ok}transfer-encoding: chunked\r\n\r\n-5\r\nhello\r\n`, 'a chunk without a size'],
  [`${ok}transfer-encoding: chunked\r\n\r\n5x\r\nhello\r\n`, 'a chunk without a size'],
  [`${ok}x: ${'y'.repeat(200_000)}`, 'too long'],
  [`${ok}content-length: 300000000\r\n\r\n`, 'too long'],
])('%j is refused', (text, reason) => {
  expect(() => read(text, 100_000)).toThrow(reason)
})

test.each(['', 'transfer-encoding: chunked\r\n'])('a body without end is not kept, with the field %j', (field) => {
  const reader = new AnswerReader()
  reader.add(Buffer.from(`${ok}${field}\r\n${field && 'ffffffff\r\n'}`))
  // The same piece is added again and again, so that its memory is used only once.
  const piece = Buffer.alloc(32 * 1024 * 1024)
  expect(() => {
    for (let n = 0; n < 9; n++) reader.add(piece)
  }).toThrow('too long')
})
