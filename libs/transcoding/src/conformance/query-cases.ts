import type { JsonValue } from '@bufbuild/protobuf'
import type { ConformanceCase } from './case.ts'

/** One parameter of a type, and what the handler receives for it or why it is refused. */
type TypeRow = readonly [query: string, received: Readonly<Record<string, JsonValue>> | RegExp]

const whole32 = /whole number from -2147483648 to 2147483647/
const rows: readonly TypeRow[] = [
  ['string_value=a+b%2Bc', { stringValue: 'a b+c' }],
  ['string_value=%00', /U\+0000/],
  ['string_value=%ff', /not UTF-8/],
  ['bool_value=true', { boolValue: true }],
  ['bool_value=false', {}],
  ['bool_value=1', /true or false/],
  ['bool_value=True', /true or false/],
  ['bool_value=', /true or false/],
  ['int32_value=2147483647', { int32Value: 2147483647 }],
  ['int32_value=-2147483648', { int32Value: -2147483648 }],
  ['int32_value=2147483648', whole32],
  ['int32_value=1e2', whole32],
  ['int32_value=1.0', whole32],
  ['int32_value=0x10', whole32],
  ['int32_value=+1', whole32],
  ['int32_value=', whole32],
  ['sint32_value=-1', { sint32Value: -1 }],
  ['sfixed32_value=-1', { sfixed32Value: -1 }],
  ['uint32_value=4294967295', { uint32Value: 4294967295 }],
  ['uint32_value=-1', /from 0 to 4294967295/],
  ['fixed32_value=4294967296', /from 0 to 4294967295/],
  ['int64_value=9223372036854775807', { int64Value: '9223372036854775807' }],
  ['int64_value=9223372036854775808', /from -9223372036854775808/],
  ['sint64_value=-9223372036854775808', { sint64Value: '-9223372036854775808' }],
  ['sfixed64_value=12', { sfixed64Value: '12' }],
  ['uint64_value=18446744073709551615', { uint64Value: '18446744073709551615' }],
  ['uint64_value=-1', /from 0 to 18446744073709551615/],
  ['fixed64_value=abc', /from 0 to 18446744073709551615/],
  ['float_value=1.5e3', { floatValue: 1500 }],
  ['float_value=1e39', /32-bit number/],
  ['double_value=-.5', { doubleValue: -0.5 }],
  ['double_value=NaN', { doubleValue: 'NaN' }],
  ['double_value=Infinity', { doubleValue: 'Infinity' }],
  ['double_value=-Infinity', { doubleValue: '-Infinity' }],
  ['double_value=%201', /must be a number/],
  ['double_value=0x10', /must be a number/],
  ['double_value=', /must be a number/],
  ['bytes_value=-_8', { bytesValue: '+/8=' }],
  ['bytes_value=%2B/8=', { bytesValue: '+/8=' }],
  ['bytes_value=%2B/8', { bytesValue: '+/8=' }],
  ['bytes_value=*', /base64/],
  ['kind=KIND_LARGE', { kind: 'KIND_LARGE' }],
  ['kind=2', { kind: 'KIND_LARGE' }],
  ['kind=7', { kind: 7 }],
  ['kind=LARGE', /one of KIND_SMALL, KIND_LARGE/],
  ['kind=kind_large', /one of/],
  ['kind=99999999999', /one of/],
  ['null_value=null', {}],
  ['at=2024-05-01T12:30:00.5Z', { at: '2024-05-01T12:30:00.500Z' }],
  ['at=2024-05-01T12:30:00%2B02:00', { at: '2024-05-01T10:30:00Z' }],
  ['at=null', /RFC 3339/],
  ['at=2023-02-29T00:00:00Z', /RFC 3339/],
  ['at=0000-01-01T00:00:00Z', /RFC 3339/],
  ['at.seconds=1', /not a parameter/],
  ['lasts=3.000000001s', { lasts: '3.000000001s' }],
  ['lasts=1h', /seconds such as/],
  ['mask=stringValue,nested.text', { mask: 'stringValue,nested.text' }],
  ['mask=string_value,nested.text', { mask: 'stringValue,nested.text' }],
  ['string_wrapper=', { stringWrapper: '' }],
  ['string_wrapper=%22a%22', { stringWrapper: '"a"' }],
  ['bool_wrapper=true', { boolWrapper: true }],
  ['bool_wrapper=yes', /true or false/],
  ['int32_wrapper=0', { int32Wrapper: 0 }],
  ['uint32_wrapper=-1', /from 0/],
  ['int64_wrapper=5', { int64Wrapper: '5' }],
  ['uint64_wrapper=5', { uint64Wrapper: '5' }],
  ['float_wrapper=0.5', { floatWrapper: 0.5 }],
  ['double_wrapper=NaN', { doubleWrapper: 'NaN' }],
  ['bytes_wrapper=AA', { bytesWrapper: 'AA==' }],
  ['optional_string=', { optionalString: '' }],
  ['optional_string', { optionalString: '' }],
  ['optional_int32=0', { optionalInt32: 0 }],
  ['otherName=a', { otherName: 'a' }],
  ['renamed=a', { otherName: 'a' }],
  ['kinds=1&kinds=KIND_LARGE', { kinds: ['KIND_SMALL', 'KIND_LARGE'] }],
  [
    'times=2024-01-01T00:00:00Z&times=2023-01-01T00:00:00Z',
    { times: ['2024-01-01T00:00:00Z', '2023-01-01T00:00:00Z'] },
  ],
  ['flags=true&flags=false', { flags: [true, false] }],
  ['flags=true&flags=no', /true or false/],
]

const typeCases = rows.map(([query, received], index): ConformanceCase => {
  const [name = ''] = decodeURIComponent(query.replaceAll('%ff', '').replaceAll('%00', '')).split('=')
  return {
    id: `TQ01.${index + 1}`,
    promise: `${query} ${received instanceof RegExp ? 'is refused' : 'is read'}`,
    request: { path: `/t/types?${query}` },
    expect:
      received instanceof RegExp
        ? { rpc: null, status: 400, violations: { [name]: received } }
        : { rpc: 'EchoTypes', message: received },
  }
})

function refused(id: string, promise: string, query: string, violations: Record<string, RegExp>): ConformanceCase {
  return { id, promise, request: { path: `/t/types?${query}` }, expect: { rpc: null, status: 400, violations } }
}

function read(id: string, promise: string, query: string, message: JsonValue): ConformanceCase {
  return { id, promise, request: { path: `/t/types?${query}` }, expect: { rpc: 'EchoTypes', message } }
}

/** How the parameters of a query are read. */
export const queryCases: readonly ConformanceCase[] = [
  ...typeCases,
  read('TQ02.1', 'a field of a message is reached by a dot', 'nested.text=a', { nested: { text: 'a' } }),
  read('TQ02.2', 'dots reach four messages deep', 'nested.nested.nested.nested.number=4&nested.text=a', {
    nested: { text: 'a', nested: { nested: { nested: { number: 4 } } } },
  }),
  refused('TQ02.3', 'nesting is limited', `${'nested.'.repeat(120)}text=a`, {
    [`${'nested.'.repeat(120)}text`.slice(0, 200).concat('...')]: /nests deeper/,
  }),
  read('TQ03.1', 'JSON names and proto names mix', 'int32Value=1&string_value=a', {
    int32Value: 1,
    stringValue: 'a',
  }),
  read('TQ03.2', 'a name may be escaped', 'string%5Fvalue=a&nested%2Etext=b', {
    stringValue: 'a',
    nested: { text: 'b' },
  }),
  refused(
    'TQ03.3',
    'a field under both of its names counts as repeated, and is refused',
    'int32Value=1&int32_value=1',
    {
      int32_value: /more than once/,
    },
  ),
  read('TQ04.1', 'the order of repeated values is kept', 'numbers=3&strings=x&numbers=1&numbers=2&strings=', {
    numbers: [3, 1, 2],
    strings: ['x', ''],
  }),
  read('TQ04.2', 'a list within a message is read', 'nested.words=a&nested.words=b', { nested: { words: ['a', 'b'] } }),
  refused('TQ04.3', 'the error of a bad value in a list names the parameter', 'numbers=1&numbers=99999999999', {
    numbers: whole32,
  }),
  refused('TQ05.1', 'an unknown parameter is refused, and the error lists the allowed ones', 'nope=1', {
    nope: /allowed: stringValue, boolValue/,
  }),
  refused('TQ05.2', 'an unknown field of a message is refused', 'nested.nope=1', { 'nested.nope': /not a parameter/ }),
  refused('TQ05.3', 'a field of a scalar is refused', 'string_value.x=1', { 'string_value.x': /not a parameter/ }),
  read('TQ05.4', 'system parameters are accepted', 'key=k&alt=json&prettyPrint=false&$.xgafv=2&int32_value=1', {
    int32Value: 1,
  }),
  refused('TQ05.5', 'names are case-sensitive', 'Int32Value=1', { Int32Value: /not a parameter/ }),
  read('TQ05.6', 'an empty part between two ampersands is ignored', '&&int32_value=1&', { int32Value: 1 }),
  {
    id: 'TQ06.1',
    promise: 'a field that the path sets is refused',
    request: { path: '/v1/shelves/1/books/2?name=x' },
    expect: { rpc: null, status: 400, violations: { name: /given by the path/ } },
  },
  {
    id: 'TQ06.2',
    promise: 'a field that is the body is refused',
    request: { method: 'POST', path: '/v1/shelves/1/books?book.title=x', body: { json: {} } },
    expect: { rpc: null, status: 400, violations: { 'book.title': /is the body/ } },
  },
  {
    id: 'TQ06.3',
    promise: 'other fields beside path and body are read',
    request: {
      method: 'POST',
      path: '/v1/shelves/1/books?book_id=7&validateOnly=true',
      body: { json: { title: 'Emma' } },
    },
    expect: {
      rpc: 'CreateBook',
      status: 201,
      message: { parent: 'shelves/1', bookId: '7', validateOnly: true, book: { title: 'Emma' } },
    },
  },
  refused('TQ07.1', 'a repeated parameter of a single value is refused', 'string_value=a&string_value=a', {
    string_value: /more than once/,
  }),
  refused('TQ08.1', 'two members of a oneof are refused', 'choice_text=a&choice_number=1', {
    choice_number: /excludes choiceText/,
  }),
  refused('TQ08.2', 'two members of a oneof are refused in the other order', 'choice_nested.text=a&choice_text=b', {
    choice_text: /excludes choiceNested/,
  }),
  refused('TQ09.1', 'a map is refused', 'labels=a', { labels: /is a map/ }),
  refused('TQ09.2', 'a key of a map is refused', 'labels.a=b&labels[c]=d', {
    'labels.a': /is a map/,
    'labels[c]': /not a parameter/,
  }),
  refused('TQ09.3', 'a list of messages is refused', 'nested_list=a&nested_list.text=b', {
    nested_list: /list of messages/,
    'nested_list.text': /list of messages/,
  }),
  refused('TQ09.4', 'free-form JSON is refused', 'struct={}&any_value=1&list_value=[]&any={}&empty={}', {
    struct: /free-form/,
    any_value: /free-form/,
    list_value: /free-form/,
    any: /free-form/,
    empty: /free-form/,
  }),
  refused('TQ09.5', 'a message is refused, and the error lists its fields', 'nested={}', {
    nested: /such as nested\.text/,
  }),
  {
    id: 'TQ10.1',
    promise: 'when the body is the whole request, there are no parameters',
    request: { method: 'POST', path: '/t/types?int32_value=1', body: { json: {} } },
    expect: { rpc: null, status: 400, violations: { int32_value: /takes none/ } },
  },
  read('TQ11.1', 'an empty value is the empty text', 'string_value=&optional_string=', { optionalString: '' }),
  refused(
    'TQ12.1',
    'names of inherited JavaScript properties are ordinary names',
    '__proto__=1&constructor=2&toString.x=3',
    {
      ['__proto__']: /not a parameter/,
      constructor: /not a parameter/,
      'toString.x': /not a parameter/,
    },
  ),
  refused('TQ12.2', 'the same is true along a path of fields', 'nested.__proto__.polluted=1', {
    'nested.__proto__.polluted': /not a parameter/,
  }),
  {
    id: 'TQ13.1',
    promise: '5,000 values of one parameter are read',
    request: { path: `/t/types?${'numbers=1&'.repeat(5_000)}` },
    expect: { rpc: 'EchoTypes', message: { numbers: Array.from({ length: 5_000 }, () => 1) } },
  },
  {
    id: 'TQ13.2',
    promise: 'of 5,000 bad parameters the error lists the first ones',
    request: { path: `/t/types?${Array.from({ length: 5_000 }, (_, index) => `p${index}=1`).join('&')}` },
    expect: { rpc: null, status: 400, text: /p0: is not a parameter here.*\(and 4999 more\)/ },
  },
  {
    id: 'TQ14.1',
    promise: 'every type is read from a path too',
    request: { path: '/t/path/-5/true/2/2024-05-01T12:30:00Z/-_8' },
    expect: {
      rpc: 'EchoTypes',
      message: { int32Value: -5, boolValue: true, kind: 'KIND_LARGE', at: '2024-05-01T12:30:00Z', bytesValue: '+/8=' },
    },
  },
  {
    id: 'TQ14.2',
    promise: 'the error of a bad value in a path names the field',
    request: { path: '/t/path/1.5/yes/BIG/yesterday/-_8' },
    expect: {
      rpc: null,
      status: 400,
      violations: { int32_value: whole32, bool_value: /true or false/, kind: /one of/ },
    },
  },
  {
    id: 'TQ14.3',
    promise: 'the error of a path value that only the parser refuses names the field',
    request: { path: '/t/path/2147483648/true/1/yesterday/-_8' },
    expect: { rpc: null, status: 400, violations: { int32_value: whole32, at: /RFC 3339/ } },
  },
]
