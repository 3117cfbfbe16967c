/** Cases that need more than one request and one response. Their tests have these lines as names. */
export const socketCases = {
  'TM15.1': 'a path that is not plain ASCII is refused, because its encoding is unknown',
  'TB07.4': 'a body without a length is 413 as soon as it passes the limit',
  'TB07.5': 'a refused body does not end the connection',
  'TB06.3': 'a mount can ignore unknown members and parameters, but not an unknown name of an enum',
  'TH05.4': 'an error after the first bytes aborts the response',
  'TH06.6': 'a handler that answers before the end of an upload leaves the connection usable',
  'TH08.1': 'a client that disconnects aborts the signal of a unary call',
  'TH08.2': 'a client that disconnects during a stream aborts its signal',
  'TH08.3': 'the server stops writing to a client that does not read',
  'TH08.4': 'an interrupted upload ends with an error for the handler, never as if it were complete',
  'TE03.1': 'the server gets the thrown error, and the client gets nothing of it',
  'TE03.2': 'a refused request is not reported to the server as an error',
  'TE03.3': 'an error detail that could not be written is reported to the server',
  'TE03.4': 'a service that cannot be reached is 503 without its address',
  'TE07.1': 'a mount renders every error in its own form, also errors of routing',
  'TE07.2': 'a mount falls back to a Status when its renderer fails, and reports it',
  'TE08.1': 'interceptors around a handler see values, header fields and the response, and may refuse',
  'TE08.2': 'interceptors around forwarded calls see values, header fields and the response, and may refuse',
  'TE09.1': 'random bytes as path, query, header fields and body never crash, hang, or answer 500',
  'TE09.2': 'bytes that are not text in path, query and header fields never crash, hang, or answer 500 either',
  'TX01.1': 'any message that a route can carry arrives as it was, encoded by the rules of google.api.http',
  'TX01.2': 'any message that google-gax, an independent encoder of the same rules, can write arrives as it was',
} as const

type SocketCaseId = keyof typeof socketCases

/** The name of the test of a case. */
export function titleOf(id: SocketCaseId): string {
  return `${id}: ${socketCases[id]}`
}
