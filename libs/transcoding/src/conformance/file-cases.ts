import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { JsonValue } from '@bufbuild/protobuf'
import type { ConformanceCase } from './case.ts'
import { fileBytes } from './test-services.ts'

const zip = fileBytes(70_000)

function summary(name: string, note: string, contentType: string, bytes: Uint8Array): JsonValue {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { name, note, contentType, sizeBytes: String(bytes.length), sha256, messages: 1 }
}

/** Raw bytes up and down. */
export const fileCases: readonly ConformanceCase[] = [
  {
    id: 'TH01.1',
    promise: 'a body that is the request arrives byte for byte with its type',
    request: { method: 'POST', path: '/f/whole', headers: { 'content-type': 'application/zip' }, body: zip },
    expect: { rpc: 'PutWhole', json: summary('', '', 'application/zip', zip) },
  },
  {
    id: 'TH01.2',
    promise: 'a body that is a field arrives with path and query',
    request: {
      method: 'PUT',
      path: '/f/files/a/b.csv?note=hi',
      headers: { 'content-type': 'text/csv; header=present' },
      body: 'id\n1\n',
    },
    expect: { rpc: 'PutField', json: summary('a/b.csv', 'hi', 'text/csv; header=present', Buffer.from('id\n1\n')) },
  },
  {
    id: 'TH01.3',
    promise: 'JSON is passed as bytes',
    request: { method: 'PUT', path: '/f/files/a.json', body: { json: { a: null } } },
    expect: { rpc: 'PutField', json: summary('a.json', '', 'application/json', Buffer.from('{"a":null}')) },
  },
  {
    id: 'TH01.4',
    promise: 'a gzip encoding is removed',
    request: {
      method: 'PUT',
      path: '/f/files/a.csv',
      headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
      body: gzipSync('id\n1\n'),
    },
    expect: { rpc: 'PutField', json: summary('a.csv', '', 'text/csv', Buffer.from('id\n1\n')) },
  },
  {
    id: 'TH01.5',
    promise: 'a file above the limit is 413',
    request: { method: 'PUT', path: '/f/files/a.csv', body: fileBytes(100_001) },
    expect: { rpc: null, status: 413 },
  },
  {
    id: 'TH01.6',
    promise: 'the fields of the body are not parameters',
    request: { method: 'PUT', path: '/f/files/a.csv?content.content_type=x', body: 'x' },
    expect: { rpc: null, status: 400, violations: { 'content.content_type': /is the body/ } },
  },
  {
    id: 'TH02.1',
    promise: 'a response of bytes has their type and length',
    request: { path: '/f/whole/a.zip?size_bytes=1000' },
    expect: {
      rpc: 'GetWhole',
      headers: { 'content-type': 'application/zip', 'content-length': '1000', 'content-encoding': null },
      bytes: fileBytes(1000),
    },
  },
  {
    id: 'TH02.2',
    promise: 'a field of bytes in the response is the body',
    request: { path: '/f/field/a.csv?size_bytes=1000' },
    expect: {
      rpc: 'GetField',
      headers: { 'content-type': 'text/csv', 'content-length': '1000' },
      bytes: fileBytes(1000),
    },
  },
  {
    id: 'TH02.3',
    promise: 'bytes without a type are an octet stream',
    request: { path: '/f/whole/a.bin?size_bytes=1' },
    expect: { headers: { 'content-type': 'application/octet-stream' }, bytes: fileBytes(1) },
  },
  {
    id: 'TH02.4',
    promise: 'an unset field is an empty body',
    request: { path: '/f/field/none' },
    expect: { headers: { 'content-type': 'application/octet-stream', 'content-length': '0' }, bytes: fileBytes(0) },
  },
  {
    id: 'TH03.1',
    promise: 'large files are sent byte for byte, uncompressed even for clients that accept gzip',
    request: { path: '/f/whole/a.zip?size_bytes=2000000', headers: { 'accept-encoding': 'gzip' } },
    expect: { headers: { 'content-encoding': null }, bytes: fileBytes(2_000_000) },
  },
  {
    id: 'TH04.1',
    promise: 'the name of a file reaches the client',
    request: { path: '/f/whole/a.zip?size_bytes=1' },
    expect: { headers: { 'content-disposition': 'attachment; filename="a.zip"' } },
  },
  {
    id: 'TH05.1',
    promise: 'a stream of bytes has the type of the first message, the header fields, no length and no added bytes',
    request: { path: '/f/streams/a.zip?size_bytes=1000' },
    expect: {
      rpc: 'GetStream',
      headers: {
        'content-type': 'application/zip',
        'content-length': null,
        'content-disposition': 'attachment; filename="a.zip"',
      },
      bytes: fileBytes(1000),
    },
  },
  {
    id: 'TH05.2',
    promise: 'a long stream of bytes is sent completely',
    request: { path: '/f/streams/a.zip?size_bytes=3000000&pieces=200' },
    expect: { rpc: 'GetStream', bytes: fileBytes(3_000_000) },
  },
  {
    id: 'TH05.3',
    promise: 'an error before the first bytes sets the status',
    request: { path: '/f/streams/a.zip?size_bytes=10&fail_at=1' },
    expect: { rpc: 'GetStream', status: 500, json: { code: 15, message: 'the disk is gone', details: [] } },
  },
  {
    id: 'TH06.1',
    promise: 'a streamed body passes path, query and type once, and all bytes',
    request: {
      method: 'POST',
      path: '/f/streams/a.zip?note=n',
      headers: { 'content-type': 'application/zip' },
      body: zip,
    },
    expect: {
      rpc: 'PutStream',
      text: new RegExp(
        `"name":"a.zip","note":"n","contentType":"application/zip","sizeBytes":"70000","sha256":"${createHash('sha256').update(zip).digest('hex')}"`,
      ),
    },
  },
  {
    id: 'TH06.2',
    promise: 'a streamed body has no limit',
    request: { method: 'POST', path: '/f/streams/a.bin', body: fileBytes(3_000_000) },
    expect: { rpc: 'PutStream', text: /"sizeBytes":"3000000"/ },
  },
  {
    id: 'TH06.3',
    promise: 'a gzip encoding of a streamed body is removed',
    request: {
      method: 'POST',
      path: '/f/streams/a.bin',
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(fileBytes(300_000)),
    },
    expect: {
      rpc: 'PutStream',
      text: new RegExp(createHash('sha256').update(fileBytes(300_000)).digest('hex')),
    },
  },
  {
    id: 'TH06.4',
    promise: 'a streamed body that only claims to be gzip is refused',
    request: { method: 'POST', path: '/f/streams/a.bin', headers: { 'content-encoding': 'gzip' }, body: 'plain text' },
    expect: { status: 400, violations: { body: /not valid gzip/ } },
  },
  {
    id: 'TH06.5',
    promise: 'a bad parameter of a streamed body is refused',
    request: { method: 'POST', path: '/f/streams/a.bin?nope=1', body: 'x' },
    expect: { status: 400, violations: { nope: /not a parameter/ } },
  },
  {
    id: 'TH07.1',
    promise: 'an empty body still has its type',
    request: { method: 'PUT', path: '/f/files/a', headers: { 'content-type': 'text/csv' }, body: '' },
    expect: { rpc: 'PutField', json: summary('a', '', 'text/csv', fileBytes(0)) },
  },
  {
    id: 'TH07.2',
    promise: 'an empty streamed body is one message without bytes',
    request: { method: 'POST', path: '/f/streams/a', headers: { 'content-type': 'text/csv' }, body: '' },
    expect: { rpc: 'PutStream', json: summary('a', '', 'text/csv', fileBytes(0)) },
  },
  {
    id: 'TH07.3',
    promise: 'an empty file is an empty response',
    request: { path: '/f/whole/a.zip' },
    expect: { headers: { 'content-length': '0', 'content-type': 'application/zip' }, text: '' },
  },
]
