import type { ConformanceCase } from './case.ts'

const emptyBook = {
  name: '',
  title: '',
  author: '',
  tags: [],
  genre: 'GENRE_UNSPECIFIED',
  isbn: '0',
  reprints: [],
}

/** How responses are written. */
export const responseCases: readonly ConformanceCase[] = [
  {
    id: 'TR01.1',
    promise: 'the whole message is the body',
    request: { path: '/v1/shelves/1/books/2' },
    expect: {
      headers: { 'content-type': 'application/json' },
      json: { ...emptyBook, name: 'shelves/1/books/2', title: 'Walden' },
    },
  },
  {
    id: 'TR02.1',
    promise: 'a list is the body',
    request: { path: '/v1/shelves/1/titles' },
    expect: { json: ['Walden', 'Emma'] },
  },
  {
    id: 'TR02.2',
    promise: 'an empty list is an empty list',
    request: { path: '/v1/shelves/empty/titles' },
    expect: { json: [] },
  },
  {
    id: 'TR02.3',
    promise: 'a message is the body',
    request: { path: '/v1/shelves/1/first' },
    expect: { json: { ...emptyBook, title: 'Walden' } },
  },
  {
    id: 'TR02.4',
    promise: 'a message that is not set is an empty object',
    request: { path: '/v1/shelves/empty/first' },
    expect: { json: {} },
  },
  { id: 'TR02.5', promise: 'a number is the body', request: { path: '/v1/shelves/1/count' }, expect: { text: '2' } },
  { id: 'TR02.6', promise: 'zero is the body', request: { path: '/v1/shelves/empty/count' }, expect: { text: '0' } },
  {
    id: 'TR02.7',
    promise: 'a 64-bit number is the body as a string',
    request: { path: '/v1/shelves/1/pages' },
    expect: { text: '"9"' },
  },
  {
    id: 'TR02.8',
    promise: 'a field with presence that is not set is its zero value',
    request: { path: '/v1/shelves/empty/pages' },
    expect: { text: '"0"' },
  },
  {
    id: 'TR03.1',
    promise: 'zero values are written except those of fields with presence; null is never written',
    request: { method: 'POST', path: '/v1/shelves/1/books', body: { json: {} } },
    expect: { status: 201, json: emptyBook },
  },
  {
    id: 'TR03.2',
    promise: 'a field with presence is written when it is set to zero',
    request: { method: 'POST', path: '/v1/shelves/1/books', body: { json: { rating: 0, coverText: '' } } },
    expect: { status: 201, json: { ...emptyBook, rating: 0, coverText: '' } },
  },
  {
    id: 'TR04.1',
    promise: '64-bit numbers are strings, bytes standard base64, NaN and infinities names, times RFC 3339',
    request: {
      path: '/t/types?int64_value=9223372036854775807&bytes_value=-_8&double_value=NaN&float_value=-Infinity&at=2024-05-01T00:00:00Z&lasts=1.5s&kind=1',
    },
    expect: {
      text: /"int64Value":"9223372036854775807".*"floatValue":"-Infinity","doubleValue":"NaN","bytesValue":"\+\/8=","kind":"KIND_SMALL".*"at":"2024-05-01T00:00:00Z","lasts":"1\.500s"/,
    },
  },
  {
    id: 'TR04.2',
    promise: '32-bit numbers are numbers',
    request: { path: '/t/types?int32_value=5&uint32_value=4294967295' },
    expect: { text: /"int32Value":5.*"uint32Value":4294967295/ },
  },
  {
    id: 'TR05.1',
    promise: 'Empty is an empty object',
    request: { method: 'POST', path: '/t/nothing', body: { json: {} } },
    expect: { text: '{}', headers: { 'content-length': '2' } },
  },
  {
    id: 'TR06.1',
    promise: 'header fields of the handler reach the client, and header fields of the client reach the handler',
    request: { path: '/v1/shelves/1/books/2', headers: { 'x-caller': 'me' } },
    expect: { headers: { etag: '"1"', 'x-seen-by': 'me', 'set-cookie': 'a=1, b=2' } },
  },
  {
    id: 'TR06.2',
    promise: 'header fields of one connection are dropped',
    request: { path: '/v1/shelves/1/books/2' },
    expect: { headers: { 'keep-alive': /^(?!timeout=77)|^$/ } },
  },
  {
    id: 'TR07.1',
    promise: 'a large body is compressed for a client that accepts gzip',
    request: { path: '/v1/shelves/1/books?page_size=100', headers: { 'accept-encoding': 'br, gzip;q=0.8' } },
    expect: { headers: { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }, text: /shelves\/1\/books\/99/ },
  },
  {
    id: 'TR07.2',
    promise: 'a large body is not compressed for other clients, and Vary tells caches so',
    request: { path: '/v1/shelves/1/books?page_size=100', headers: { 'accept-encoding': 'gzip;q=0' } },
    expect: { headers: { 'content-encoding': null, vary: 'Accept-Encoding' }, text: /shelves\/1\/books\/99/ },
  },
  {
    id: 'TR07.3',
    promise: 'a small body is not compressed',
    request: { path: '/v1/shelves/1/titles', headers: { 'accept-encoding': 'gzip' } },
    expect: { headers: { 'content-encoding': null }, json: ['Walden', 'Emma'] },
  },
  {
    id: 'TR08.1',
    promise: 'the constant status of the proto is the status of success',
    request: { method: 'POST', path: '/v1/shelves/1/books', body: { json: { title: 'Emma' } } },
    expect: { status: 201, json: { ...emptyBook, title: 'Emma' } },
  },
  {
    id: 'TR08.2',
    promise: '204 has no body, no length and no type',
    request: {
      method: 'PUT',
      path: '/v1/shelves/1/title',
      headers: { 'content-type': 'application/json' },
      body: '"x"',
    },
    expect: { status: 204, text: '', headers: { 'content-type': null, 'content-length': null } },
  },
  {
    id: 'TR09.1',
    promise: 'a stream is lines of JSON',
    request: { path: '/o/count/3' },
    expect: {
      rpc: 'Count',
      headers: { 'content-type': 'application/x-ndjson', 'content-length': null },
      text: '{"number":1,"padding":""}\n{"number":2,"padding":""}\n{"number":3,"padding":""}\n',
    },
  },
  {
    id: 'TR09.2',
    promise: 'a stream without messages is an empty body',
    request: { path: '/o/count/0' },
    expect: { rpc: 'Count', headers: { 'content-type': 'application/x-ndjson' }, text: '' },
  },
  {
    id: 'TR09.3',
    promise: 'a field of each message is a line',
    request: { path: '/o/count/3/numbers' },
    expect: { rpc: 'Count', text: '1\n2\n3\n' },
  },
  {
    id: 'TR09.4',
    promise: 'a stream of many messages arrives whole',
    request: { path: '/o/count/5000' },
    expect: { rpc: 'Count', text: /"number":5000,"padding":""\}\n$/ },
  },
]
