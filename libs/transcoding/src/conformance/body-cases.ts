import { gzipSync } from 'node:zlib'
import type { JsonValue } from '@bufbuild/protobuf'
import type { ConformanceCase } from './case.ts'

const json = { 'content-type': 'application/json' }

/** A case with this body, for the rpc whose request has every type of field. */
function types(id: string, promise: string, body: string | { json: JsonValue }, message: JsonValue): ConformanceCase {
  return {
    id,
    promise,
    request: { method: 'POST', path: '/t/types', headers: json, body },
    expect: { rpc: 'EchoTypes', message },
  }
}

function refused(
  id: string,
  promise: string,
  body: string | Uint8Array | { json: JsonValue },
  violations: Record<string, RegExp>,
): ConformanceCase {
  const request = { method: 'POST', path: '/t/types', headers: json, body }
  return { id, promise, request, expect: { rpc: null, status: 400, violations } }
}

/** A case with an empty body for a field that is required. */
function withoutBody(id: string, promise: string, body: string | undefined): ConformanceCase {
  const path = '/v1/shelves/1/books/1'
  const request = { method: 'PATCH', path, ...(body !== undefined && { headers: json, body }) }
  return { id, promise, request, expect: { rpc: null, status: 400, violations: { book: /^is missing$/ } } }
}

function typed(id: string, type: string, isAccepted: boolean): ConformanceCase {
  const headers: Record<string, string> = type === '' ? {} : { 'content-type': type }
  return {
    id,
    promise: `the content type "${type}" is ${isAccepted ? 'JSON' : 'not JSON'}`,
    request: { method: 'POST', path: '/t/types', headers, body: '{"int32Value":1}' },
    expect: isAccepted
      ? { rpc: 'EchoTypes', message: { int32Value: 1 } }
      : { rpc: null, status: 415, json: notJson(type) },
  }
}

function notJson(type: string): JsonValue {
  const message = `The Content-Type must be application/json, or another that ends in +json; it is "${type}"`
  return { code: 3, message, details: [] }
}

const deep = (depth: number): string => `${'{"nested":'.repeat(depth)}{}${'}'.repeat(depth)}`

/** How the body of a request is read. */
export const bodyCases: readonly ConformanceCase[] = [
  {
    id: 'TB01.1',
    promise: 'path and body together are one request',
    request: { method: 'POST', path: '/v1/shelves/1/archive/1999', body: { json: { reason: 'old' } } },
    expect: { rpc: 'ArchiveShelf', message: { shelf: '1', year: 1999, reason: 'old' } },
  },
  {
    id: 'TB01.2',
    promise: 'the path overrides the body',
    request: { method: 'POST', path: '/v1/shelves/1/archive/1999', body: { json: { shelf: '2', year: 'never' } } },
    expect: { rpc: 'ArchiveShelf', message: { shelf: '1', year: 1999 } },
  },
  {
    id: 'TB01.3',
    promise: 'the path also overrides values within the field that is the body',
    request: {
      method: 'PATCH',
      path: '/v1/shelves/1/books/2?update_mask=title,next_page',
      body: { json: { name: 'other', title: 'Emma' } },
    },
    expect: {
      rpc: 'UpdateBook',
      message: { book: { name: 'shelves/1/books/2', title: 'Emma' }, updateMask: 'title,nextPage' },
    },
  },
  {
    id: 'TB01.4',
    promise: 'a PATCH without a mask has no mask',
    request: { method: 'PATCH', path: '/v1/shelves/1/books/2', body: { json: { title: 'Emma' } } },
    expect: { rpc: 'UpdateBook', message: { book: { name: 'shelves/1/books/2', title: 'Emma' } } },
  },
  {
    id: 'TB01.5',
    promise: 'DELETE accepts a body when its rule binds one',
    request: {
      method: 'DELETE',
      path: '/v1/shelves/1/books/2',
      body: { json: { name: 'x', reason: 'torn', force: true } },
    },
    expect: { rpc: 'DeleteBook', message: { name: 'shelves/1/books/2', reason: 'torn', force: true }, json: {} },
  },
  {
    id: 'TB01.6',
    promise: 'DELETE needs no body',
    request: { method: 'DELETE', path: '/v1/shelves/1/books/2' },
    expect: { rpc: 'DeleteBook', message: { name: 'shelves/1/books/2' } },
  },
  {
    id: 'TB02.1',
    promise: 'a field that is the body is a message',
    request: {
      method: 'POST',
      path: '/v1/shelves/1/books',
      body: { json: { title: 'Emma', cover_text: 'x', isbn: '9' } },
    },
    expect: {
      rpc: 'CreateBook',
      status: 201,
      message: { parent: 'shelves/1', book: { title: 'Emma', coverText: 'x', isbn: '9' } },
    },
  },
  {
    id: 'TB02.2',
    promise: 'a field that is the body is a text',
    request: { method: 'PUT', path: '/v1/shelves/1/title', headers: json, body: '"Poetry"' },
    expect: { rpc: 'RenameShelf', status: 204, message: { name: 'shelves/1', title: 'Poetry' }, text: '' },
  },
  {
    id: 'TB02.3',
    promise: 'a field that is the body is a list',
    request: { method: 'POST', path: '/v1/shelves/1:move?force=true', body: { json: ['a', 'b'] } },
    expect: { rpc: 'MoveBooks', message: { parent: 'shelves/1', names: ['a', 'b'], force: true } },
  },
  {
    id: 'TB02.4',
    promise: 'a field that is the body is free-form JSON, null included',
    request: { method: 'POST', path: '/v1/annotate/value', headers: json, body: 'null' },
    expect: { rpc: 'Annotate', message: { value: null } },
  },
  {
    id: 'TB02.5',
    promise: 'a fault in a field that is the body is named by its path from the request',
    request: {
      method: 'POST',
      path: '/v1/shelves/1/books',
      body: { json: { genre: 'GENRE_POEM', rating: 1.5, reprints: [1] } },
    },
    expect: { rpc: null, status: 400, violations: { 'book.genre': /one of/, 'book.reprints[0]': /JSON object/ } },
  },
  {
    id: 'TB02.6',
    promise: 'a wrong type of a field that is the body is named',
    request: { method: 'PUT', path: '/v1/shelves/1/title', headers: json, body: '7' },
    expect: { rpc: null, status: 400, violations: { title: /must be a string/ } },
  },
  {
    id: 'TB03.1',
    promise: 'an empty body is an empty request',
    request: { method: 'POST', path: '/t/types', headers: json, body: '' },
    expect: { rpc: 'EchoTypes', message: {} },
  },
  {
    id: 'TB03.2',
    promise: 'no body and no content type is an empty request',
    request: { method: 'POST', path: '/t/types' },
    expect: { rpc: 'EchoTypes', message: {} },
  },
  types('TB03.3', 'white space is an empty request', ' \r\n\t', {}),
  types('TB03.4', 'null is an empty request', 'null', {}),
  {
    id: 'TB03.5',
    promise: 'an empty body is an empty message when the body is a field',
    request: { method: 'POST', path: '/v1/shelves/1/books', headers: json, body: '' },
    expect: { rpc: 'CreateBook', status: 201, message: { parent: 'shelves/1', book: {} } },
  },
  {
    id: 'TB03.6',
    promise: 'an empty body leaves out a field that is not a message',
    request: { method: 'PUT', path: '/v1/shelves/1/title' },
    expect: { rpc: 'RenameShelf', status: 204, message: { name: 'shelves/1' } },
  },
  withoutBody('TB03.7', 'an empty body is refused when the field that is the body is required', ''),
  withoutBody('TB03.8', 'an absent body is refused when the field that is the body is required', undefined),
  withoutBody('TB03.9', 'white space is refused when the field that is the body is required', ' \n'),
  withoutBody('TB03.10', 'null is refused when the field that is the body is required', 'null'),
  {
    id: 'TB03.11',
    promise: 'an empty object is a required message without fields',
    request: { method: 'PATCH', path: '/v1/shelves/1/books/1', headers: json, body: '{}' },
    expect: { rpc: 'UpdateBook', message: { book: { name: 'shelves/1/books/1' } } },
  },
  {
    id: 'TB03.12',
    promise: 'an empty list is a required list',
    request: { method: 'POST', path: '/v1/shelves/1:move', headers: json, body: '[]' },
    expect: { rpc: 'MoveBooks', message: { parent: 'shelves/1' } },
  },
  {
    id: 'TB03.13',
    promise: 'a required list that is missing is refused',
    request: { method: 'POST', path: '/v1/shelves/1:move', headers: json, body: 'null' },
    expect: { rpc: null, status: 400, violations: { names: /^is missing$/ } },
  },
  refused('TB04.1', 'JSON that ends too early has a line and a column', '{"int32Value":\n 1', {
    body: /not valid JSON: "," or "\}" is expected at line 2, column 3/,
  }),
  refused('TB04.2', 'text after the JSON is refused', '{"int32Value":1} x', {
    body: /text follows at line 1, column 18/,
  }),
  refused('TB04.3', 'a name without quotes is refused', '{int32Value:1}', { body: /name of a member.*column 2/ }),
  refused('TB04.4', 'single quotes, comments and trailing commas are refused', '{"strings":["a",]}', {
    body: /JSON value is expected at line 1, column 17/,
  }),
  refused('TB04.5', 'a control code in a string is refused', '{"stringValue":"a\nb"}', {
    body: /control code stands in a string at line 1, column 18/,
  }),
  refused('TB04.6', 'NaN is not JSON', '{"doubleValue":NaN}', { body: /JSON value is expected/ }),
  refused('TB04.7', 'a leading zero is not JSON', '{"int32Value":01}', { body: /"," or "\}"/ }),
  refused(
    'TB04.8',
    'wrong types are named by their paths',
    {
      json: { int32Value: 'x', nested: { number: true, words: [1] }, nestedByNumber: { a: {} }, flags: ['true'] },
    },
    {
      int32Value: /whole number/,
      'nested.number': /whole number/,
      'nested.words[0]': /string/,
      'nestedByNumber["a"]': /key or a value/,
      'flags[0]': /true or false/,
    },
  ),
  refused(
    'TB04.9',
    'a value that is not the expected list or object is named',
    {
      json: { strings: 'a', labels: [], nested: [], nestedList: {} },
    },
    {
      strings: /JSON array/,
      labels: /JSON object/,
      nested: /JSON object/,
      nestedList: /JSON array/,
    },
  ),
  refused('TB04.10', 'a repeated name is refused', '{"int32Value":1,"int32Value":2}', { int32Value: /given twice/ }),
  refused(
    'TB04.11',
    'a repeated name deep inside is named by its path',
    '{"nestedList":[{"text":"a"},{"text":"b","t\\u0065xt":"c"}]}',
    {
      'nestedList[1].text': /given twice/,
    },
  ),
  refused('TB04.12', 'a repeated name in free-form JSON is refused', '{"struct":{"a":1,"a":2}}', {
    'struct.a': /given twice/,
  }),
  refused(
    'TB04.13',
    'a field under both of its names is refused',
    { json: { int32Value: 1, int32_value: 1 } },
    {
      int32_value: /given twice, also as int32Value/,
    },
  ),
  refused(
    'TB04.14',
    'two members of a oneof are refused',
    { json: { choiceText: 'a', choice_number: 1 } },
    {
      choice_number: /excludes choiceText/,
    },
  ),
  refused('TB04.15', 'a body that is not an object is refused', '[1]', { body: /JSON object/ }),
  refused('TB04.16', 'bytes that are not UTF-8 are refused', Buffer.from([0x22, 0xff, 0x22]), { body: /UTF-8/ }),
  refused('TB04.17', 'U+0000 in a string is refused', '{"stringValue":"a\\u0000"}', { stringValue: /U\+0000/ }),
  refused(
    'TB04.18',
    'U+0000 is refused in lists, maps, messages, wrappers and free-form JSON',
    {
      json: {
        strings: ['a', '\0'],
        labels: { 'k\0': 'v', k: '\0' },
        nested: { text: '\0' },
        stringWrapper: '\0',
        struct: { a: ['\0'] },
      },
    },
    {
      'strings[1]': /U\+0000/,
      'labels["k\0"]': /U\+0000/,
      'labels["k"]': /U\+0000/,
      'nested.text': /U\+0000/,
      stringWrapper: /U\+0000/,
      'struct.a[0]': /U\+0000/,
    },
  ),
  refused('TB04.19', 'half a surrogate pair is refused', '{"stringValue":"\\ud800"}', { stringValue: /surrogate/ }),
  types('TB04.20', 'an escaped backslash before u0000 is not U+0000', '{"stringValue":"\\\\u0000"}', {
    stringValue: '\\u0000',
  }),
  refused('TB04.21', 'a number beyond 2^53 that would lose digits is refused', '{"int64Value":9007199254740993}', {
    int64Value: /send it as a string/,
  }),
  refused('TB04.22', 'nesting is limited', deep(150), { [`${'nested.'.repeat(20)}`.slice(0, 100)]: /nests deeper/ }),
  refused('TB04.23', '20,000 open brackets are answered and do not overflow the stack', '['.repeat(20_000), {
    [Array.from({ length: 100 }, () => '[0]')
      .join('')
      .slice(0, 100)]: /nests deeper/,
  }),
  refused(
    'TB04.24',
    'an unknown name of an enum is refused, and the error lists the known names',
    {
      json: { kind: 'KIND_HUGE', kinds: ['KIND_SMALL', ''], nested: { kind: 'small' } },
    },
    {
      kind: /one of KIND_SMALL, KIND_LARGE/,
      'kinds[1]': /one of/,
      'nested.kind': /one of/,
    },
  ),
  refused(
    'TB04.25',
    'null is not an element of a list or a map',
    { json: { strings: [null], labels: { a: null } } },
    {
      'strings[0]': /not be null/,
      'labels["a"]': /not be null/,
    },
  ),
  refused(
    'TB04.26',
    'well-known types in a wrong form are named',
    {
      json: { at: 'yesterday', lasts: 5, mask: 7, any: { '@type': 'x' } },
    },
    { at: /RFC 3339/, lasts: /seconds/, mask: /commas/, any: /"@type"/ },
  ),
  types(
    'TB04.27',
    'members that are null are absent',
    {
      json: {
        stringValue: null,
        nested: null,
        strings: null,
        labels: null,
        choiceText: null,
        choiceNumber: 1,
        at: null,
      },
    },
    { choiceNumber: 1 },
  ),
  types(
    'TB04.28',
    'null in free-form JSON is a value',
    {
      json: { anyValue: null, struct: { a: null }, listValue: [null], optionalString: null },
    },
    { anyValue: null, struct: { a: null }, listValue: [null] },
  ),
  types(
    'TB04.29',
    'JSON names and proto names are both read',
    {
      json: { int32_value: 1, stringValue: 'a', otherName: 'b', nested_list: [{ text: 'c' }] },
    },
    { int32Value: 1, stringValue: 'a', otherName: 'b', nestedList: [{ text: 'c' }] },
  ),
  types(
    'TB04.30',
    'a mask in a body may use proto names',
    { json: { mask: 'string_value,nested.text' } },
    {
      mask: 'stringValue,nested.text',
    },
  ),
  types('TB04.31', 'a byte order mark is skipped', '\uFEFF{"int32Value":1}', { int32Value: 1 }),
  types(
    'TB04.32',
    'names of inherited JavaScript properties are ordinary keys',
    '{"labels":{"__proto__":"a","constructor":"b"}}',
    {
      labels: JSON.parse('{"__proto__":"a","constructor":"b"}'),
    },
  ),
  refused(
    'TB04.33',
    'a number that is too large is refused, in free-form JSON too',
    '{"doubleValue":1e400,"struct":{"a":[{"b":-1e400}]},"anyValue":[1e400],"listValue":[1,1e999]}',
    {
      doubleValue: /number/,
      'struct.a[0].b': /number/,
      'anyValue[0]': /number/,
      'listValue[1]': /number/,
    },
  ),
  refused('TB04.34', 'a day that the month does not have is refused', '{"at":"2024-02-30T00:00:00Z"}', {
    at: /RFC 3339/,
  }),
  types('TB04.35', 'the 29th of February of a leap year is a day', '{"at":"2024-02-29T00:00:00Z"}', {
    at: '2024-02-29T00:00:00Z',
  }),
  typed('TB05.1', 'application/json', true),
  typed('TB05.2', 'application/json; charset=utf-8', true),
  typed('TB05.3', 'application/json;charset=UTF-8', true),
  typed('TB05.4', 'APPLICATION/JSON ; charset="utf-8"', true),
  typed('TB05.5', 'application/merge-patch+json', true),
  typed('TB05.6', '', true),
  typed('TB05.7', 'text/plain', false),
  typed('TB05.8', 'application/x-www-form-urlencoded', false),
  typed('TB05.9', 'application/jsonx', false),
  typed('TB05.10', 'application/proto', false),
  refused(
    'TB06.1',
    'unknown members are refused with their paths',
    { json: { nope: 1, nested: { nope: 1 } } },
    {
      nope: /not a field/,
      'nested.nope': /not a field/,
    },
  ),
  refused('TB06.2', 'the name of an inherited JavaScript property is not a field', '{"__proto__":1,"constructor":2}', {
    ['__proto__']: /not a field/,
    constructor: /not a field/,
  }),
  {
    id: 'TB07.1',
    promise: 'a body above the limit is 413',
    request: { method: 'POST', path: '/t/types', headers: json, body: `"${'x'.repeat(100_001)}"` },
    expect: {
      rpc: null,
      status: 413,
      json: { code: 8, message: 'The request body exceeds 100000 bytes', details: [] },
    },
  },
  {
    id: 'TB07.2',
    promise: 'a body that unpacks to more than the limit is 413',
    request: {
      method: 'POST',
      path: '/t/types',
      headers: { ...json, 'content-encoding': 'gzip' },
      body: gzipSync(`{"stringValue":"${'x'.repeat(200_000)}"}`),
    },
    expect: { rpc: null, status: 413 },
  },
  {
    id: 'TB07.3',
    promise: 'a body at the limit is read',
    request: { method: 'POST', path: '/t/types', headers: json, body: `{"stringValue":"${'x'.repeat(100_000 - 18)}"}` },
    expect: { rpc: 'EchoTypes', message: { stringValue: 'x'.repeat(100_000 - 18) } },
  },
  {
    id: 'TB08.1',
    promise: 'a gzip body is unpacked',
    request: {
      method: 'POST',
      path: '/t/types',
      headers: { ...json, 'content-encoding': 'gzip' },
      body: gzipSync('{"int32Value":1}'),
    },
    expect: { rpc: 'EchoTypes', message: { int32Value: 1 } },
  },
  {
    id: 'TB08.2',
    promise: 'a body that only claims to be gzip is refused',
    request: { method: 'POST', path: '/t/types', headers: { ...json, 'content-encoding': 'gzip' }, body: '{}' },
    expect: { rpc: null, status: 400, violations: { body: /not valid gzip/ } },
  },
  {
    id: 'TB08.3',
    promise: 'gzip that is cut off is refused',
    request: {
      method: 'POST',
      path: '/t/types',
      headers: { ...json, 'content-encoding': 'gzip' },
      body: gzipSync(`{"stringValue":"${'abc'.repeat(100)}"}`).subarray(0, 30),
    },
    expect: { rpc: null, status: 400, violations: { body: /not valid gzip/ } },
  },
  {
    id: 'TB08.4',
    promise: 'another encoding is 415, and the response lists the supported ones',
    request: { method: 'POST', path: '/t/types', headers: { ...json, 'content-encoding': 'br' }, body: 'x' },
    expect: { rpc: null, status: 415, headers: { 'accept-encoding': 'gzip, identity' } },
  },
  {
    id: 'TB09.1',
    promise: 'a body is refused when the rule has none',
    request: { path: '/t/types', headers: json, body: '{}' },
    expect: { rpc: null, status: 400, violations: { body: /must be empty/ } },
  },
  {
    id: 'TB09.2',
    promise: 'an empty body is ignored when the rule has none',
    request: { path: '/t/types?int32_value=1', headers: json, body: '' },
    expect: { rpc: 'EchoTypes', message: { int32Value: 1 } },
  },
]
