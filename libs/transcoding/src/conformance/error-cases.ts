import type { ConformanceCase } from './case.ts'

/** google.rpc.Code and the HTTP status of each. */
const codes: readonly (readonly [code: number, name: string, status: number])[] = [
  [1, 'CANCELLED', 499],
  [2, 'UNKNOWN', 500],
  [3, 'INVALID_ARGUMENT', 400],
  [4, 'DEADLINE_EXCEEDED', 504],
  [5, 'NOT_FOUND', 404],
  [6, 'ALREADY_EXISTS', 409],
  [7, 'PERMISSION_DENIED', 403],
  [8, 'RESOURCE_EXHAUSTED', 429],
  [9, 'FAILED_PRECONDITION', 400],
  [10, 'ABORTED', 409],
  [11, 'OUT_OF_RANGE', 400],
  [12, 'UNIMPLEMENTED', 501],
  [13, 'INTERNAL', 500],
  [14, 'UNAVAILABLE', 503],
  [15, 'DATA_LOSS', 500],
  [16, 'UNAUTHENTICATED', 401],
]

/** How failures are answered. */
export const errorCases: readonly ConformanceCase[] = [
  ...codes.map(
    ([code, name, status]): ConformanceCase => ({
      id: `TE01.${code}`,
      promise: `${name} is ${status}, with code and message in a Status`,
      request: { path: `/o/fail/${code}?message=no%20luck` },
      expect: {
        rpc: 'Fail',
        status,
        headers: { 'content-type': 'application/json' },
        json: { code, message: 'no luck', details: [] },
      },
    }),
  ),
  {
    id: 'TE02.1',
    promise: 'details are written as JSON with their type',
    request: { path: '/o/fail/3?message=m&details=known' },
    expect: {
      rpc: 'Fail',
      status: 400,
      json: {
        code: 3,
        message: 'm',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [{ field: 'code', description: 'was asked for' }],
          },
        ],
      },
    },
  },
  {
    id: 'TE02.2',
    promise: 'a detail of an unknown type is left out; code and message stay',
    request: { path: '/o/fail/5?message=m&details=unknown' },
    expect: { rpc: 'Fail', status: 404, json: { code: 5, message: 'm', details: [] } },
  },
  {
    id: 'TE02.3',
    promise: 'header fields of an error reach the client, but not its type',
    request: { path: '/o/fail/14?message=m' },
    expect: { rpc: 'Fail', status: 503, headers: { 'retry-after': '7', 'content-type': 'application/json' } },
  },
  {
    id: 'TE02.4',
    promise: 'an error answers HEAD without a body',
    request: { method: 'HEAD', path: '/o/fail/5' },
    expect: { rpc: 'Fail', status: 404, text: '', headers: { 'content-type': 'application/json' } },
  },
  {
    id: 'TE04.1',
    promise: 'an error before the first message sets the status',
    request: { path: '/o/count/3?fail_at=1' },
    expect: { rpc: 'Count', status: 400, json: { code: 11, message: 'no 1', details: [] } },
  },
  {
    id: 'TE04.2',
    promise: 'an error after the first message is the last line',
    request: { path: '/o/count/3?fail_at=3' },
    expect: {
      rpc: 'Count',
      text: '{"number":1,"padding":""}\n{"number":2,"padding":""}\n{"error":{"code":11,"message":"no 3","details":[]}}\n',
    },
  },
  {
    id: 'TE05.1',
    promise: 'a call that outlasts Connect-Timeout-Ms is 504',
    request: { path: '/o/wait?milliseconds=20000', headers: { 'connect-timeout-ms': '300' } },
    expect: { rpc: 'Wait', status: 504, json: { code: 4, message: 'the operation timed out', details: [] } },
  },
  {
    id: 'TE05.2',
    promise: 'a call that outlasts X-Server-Timeout, in seconds, is 504',
    request: { path: '/o/wait?milliseconds=20000', headers: { 'x-server-timeout': '0.3' } },
    expect: { rpc: 'Wait', status: 504 },
  },
  {
    id: 'TE05.3',
    promise: 'a client does not wait for a handler that ignores its signal',
    request: { path: '/o/wait?milliseconds=3000&stubborn=true', headers: { 'connect-timeout-ms': '300' } },
    expect: { rpc: 'Wait', status: 504 },
  },
  {
    id: 'TE05.4',
    promise: 'a call within its deadline is answered, and its handler knows the deadline',
    request: { path: '/o/wait?milliseconds=1', headers: { 'connect-timeout-ms': '9999999999' } },
    expect: { rpc: 'Wait', json: { hasDeadline: true } },
  },
  {
    id: 'TE05.5',
    promise: 'a timeout that is not a number is refused',
    request: { path: '/o/wait', headers: { 'connect-timeout-ms': '-1' } },
    expect: { rpc: null, status: 400, violations: { 'Connect-Timeout-Ms': /milliseconds/ } },
  },
  {
    id: 'TE05.6',
    promise: 'the other timeout that is not a number is refused',
    request: { path: '/o/wait', headers: { 'x-server-timeout': '1e3' } },
    expect: { rpc: null, status: 400, violations: { 'X-Server-Timeout': /seconds/ } },
  },
  {
    id: 'TE06.1',
    promise: 'an error that is not meant for the client is 500 with a fixed text',
    request: { path: '/o/fail/100?message=secret' },
    expect: {
      rpc: 'Fail',
      status: 500,
      json: { code: 13, message: 'The server failed to answer this call', details: [] },
    },
  },
]
