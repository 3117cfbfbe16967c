import type { HttpRuleSchema } from '@assay/contracts/google/api/http_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'

/** Rules of the mount option `rules` for the test services, and the problem that they must report. */
interface RuleCase {
  readonly id: string
  readonly promise: string
  readonly rules: readonly MessageInitShape<typeof HttpRuleSchema>[]
  readonly problem: {
    readonly rpc: string
    readonly template?: string
    readonly column?: number
    readonly reason: RegExp
  }
}

const library = 'assay.transcoding.test.v1.LibraryService'
const types = 'assay.transcoding.test.v1.TypesService'
const outcomes = 'assay.transcoding.test.v1.OutcomeService'

function get(selector: string, value: string): MessageInitShape<typeof HttpRuleSchema> {
  return { selector, pattern: { case: 'get', value } }
}

function post(selector: string, value: string, body: string): MessageInitShape<typeof HttpRuleSchema> {
  return { selector, pattern: { case: 'post', value }, body }
}

export const ruleCases: readonly RuleCase[] = [
  {
    id: 'TP02.90',
    promise: 'a template that cannot be read is refused with its column',
    rules: [get(`${library}.GetBook`, '/x/{name')],
    problem: { rpc: `${library}.GetBook`, template: '/x/{name', column: 9, reason: /not closed/ },
  },
  {
    id: 'TP06.1',
    promise: 'a variable must be a field',
    rules: [get(`${library}.GetBook`, '/x/{title}')],
    problem: { rpc: `${library}.GetBook`, template: '/x/{title}', column: 5, reason: /has no field "title"/ },
  },
  {
    id: 'TP06.2',
    promise: 'a variable may not be repeated',
    rules: [post(`${library}.MoveBooks`, '/x/{names}', '*')],
    problem: { rpc: `${library}.MoveBooks`, template: '/x/{names}', column: 5, reason: /"names" is repeated/ },
  },
  {
    id: 'TP06.3',
    promise: 'a variable may not be a map',
    rules: [get(`${library}.Annotate`, '/x/{labels}')],
    problem: { rpc: `${library}.Annotate`, template: '/x/{labels}', column: 5, reason: /"labels" is a map/ },
  },
  {
    id: 'TP06.4',
    promise: 'a variable may not be a message',
    rules: [get(`${library}.CreateBook`, '/x/{book}')],
    problem: { rpc: `${library}.CreateBook`, template: '/x/{book}', column: 5, reason: /"book" is a message/ },
  },
  {
    id: 'TP06.5',
    promise: 'a variable may not be free-form JSON',
    rules: [get(`${library}.Annotate`, '/x/{value}')],
    problem: { rpc: `${library}.Annotate`, template: '/x/{value}', column: 5, reason: /"value" is a message/ },
  },
  {
    id: 'TP06.6',
    promise: 'the path to a variable leads through messages',
    rules: [get(`${library}.GetBook`, '/x/{name.first}')],
    problem: { rpc: `${library}.GetBook`, template: '/x/{name.first}', column: 5, reason: /not a message/ },
  },
  {
    id: 'TP06.7',
    promise: 'the path to a variable does not lead into a well-known type',
    rules: [get(`${types}.EchoTypes`, '/x/{at.seconds}')],
    problem: { rpc: `${types}.EchoTypes`, template: '/x/{at.seconds}', column: 5, reason: /not a message/ },
  },
  {
    id: 'TP06.8',
    promise: 'a variable is named as in the proto',
    rules: [get(`${library}.ListBooks`, '/x/{pageSize}')],
    problem: { rpc: `${library}.ListBooks`, template: '/x/{pageSize}', column: 5, reason: /has no field "pageSize"/ },
  },
  {
    id: 'TP07.1',
    promise: 'the body must be a field',
    rules: [post(`${library}.CreateBook`, '/x', 'novel')],
    problem: { rpc: `${library}.CreateBook`, template: '/x', reason: /body "novel".*no such field/ },
  },
  {
    id: 'TP07.2',
    promise: 'the body is not dotted',
    rules: [post(`${library}.CreateBook`, '/x', 'book.title')],
    problem: { rpc: `${library}.CreateBook`, template: '/x', reason: /dotted/ },
  },
  {
    id: 'TP07.3',
    promise: 'the body is not given by the path as well',
    rules: [post(`${library}.CreateBook`, '/x/{parent}', 'parent')],
    problem: { rpc: `${library}.CreateBook`, template: '/x/{parent}', reason: /bound by the path/ },
  },
  {
    id: 'TP08.1',
    promise: 'the response body must be a field',
    rules: [{ ...get(`${library}.ListBooks`, '/x'), responseBody: 'shelves' }],
    problem: { rpc: `${library}.ListBooks`, template: '/x', reason: /response_body "shelves".*no such field/ },
  },
  {
    id: 'TP09.1',
    promise: 'additional bindings are not nested',
    rules: [
      {
        selector: `${library}.ListBooks`,
        pattern: { case: 'get', value: '/x' },
        additionalBindings: [
          { pattern: { case: 'get', value: '/y' }, additionalBindings: [{ pattern: { case: 'get', value: '/z' } }] },
        ],
      },
    ],
    problem: { rpc: `${library}.ListBooks`, template: '/y', reason: /cannot be nested/ },
  },
  {
    id: 'TP10.1',
    promise: 'two rules for the same requests are refused, and the error names both',
    rules: [get(`${library}.GetBook`, '/x/{name}/y'), get(`${library}.ListBooks`, '/x/{parent}/y')],
    problem: {
      rpc: `${library}.ListBooks`,
      template: '/x/{parent}/y',
      reason: /same GET requests as assay\.transcoding\.test\.v1\.LibraryService\.GetBook "\/x\/\{name\}\/y"/,
    },
  },
  {
    id: 'TP10.2',
    promise: 'a wildcard and a variable make the same route',
    rules: [get(`${library}.GetBook`, '/x/*'), get(`${library}.ListBooks`, '/x/{parent}')],
    problem: { rpc: `${library}.ListBooks`, template: '/x/{parent}', reason: /same GET requests/ },
  },
  {
    id: 'TP10.3',
    promise: 'escapes do not hide that two literals are the same',
    rules: [get(`${library}.GetBook`, '/x/%61'), get(`${library}.ListBooks`, '/x/a')],
    problem: { rpc: `${library}.ListBooks`, template: '/x/a', reason: /same GET requests/ },
  },
  {
    id: 'TP11.1',
    promise: 'a bidirectional stream has no HTTP form',
    rules: [post(`${outcomes}.Chat`, '/x', '*')],
    problem: { rpc: `${outcomes}.Chat`, template: '/x', reason: /bidirectional/ },
  },
  {
    id: 'TP11.2',
    promise: 'a stream of JSON requests has no HTTP form',
    rules: [post(`${outcomes}.Sum`, '/x', '*')],
    problem: { rpc: `${outcomes}.Sum`, template: '/x', reason: /google\.api\.HttpBody/ },
  },
  {
    id: 'TP12.1',
    promise: 'GET has no body',
    rules: [{ ...get(`${library}.GetBook`, '/x'), body: '*' }],
    problem: { rpc: `${library}.GetBook`, template: '/x', reason: /GET has no body/ },
  },
  {
    id: 'TP13.1',
    promise: 'a rule has a method and a path',
    rules: [{ selector: `${library}.GetBook` }],
    problem: { rpc: `${library}.GetBook`, reason: /needs one of get, put/ },
  },
  {
    id: 'TP13.2',
    promise: 'a custom rule has a kind',
    rules: [{ selector: `${library}.GetBook`, pattern: { case: 'custom', value: { kind: '', path: '/x' } } }],
    problem: { rpc: `${library}.GetBook`, template: '/x', reason: /needs a kind/ },
  },
  {
    id: 'TP14.1',
    promise: 'a selector must match',
    rules: [get('acme.v1.Nothing', '/x')],
    problem: { rpc: 'acme.v1.Nothing', reason: /matches no rpc/ },
  },
  {
    id: 'TP14.2',
    promise: 'a wildcard may only be at the end of a selector',
    rules: [get('assay.*.LibraryService.GetBook', '/x')],
    problem: { rpc: 'assay.*.LibraryService.GetBook', reason: /matches no rpc/ },
  },
  {
    id: 'TP14.3',
    promise: 'a rule outside the proto needs a selector',
    rules: [get('', '/x')],
    problem: { rpc: '(no selector)', reason: /needs a selector/ },
  },
]
