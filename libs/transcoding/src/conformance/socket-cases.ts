/** Cases that need more than one request and one response. Their tests have these lines as names. */
export const socketCases = {
  'TM15.1': 'a path that is not plain ASCII is refused, since nobody can know what it was meant to spell',
  'TB07.4': 'a body without a length is 413 as soon as it passes the limit',
  'TB07.5': 'a refused body does not end the connection',
  'TB06.3': 'a mount can ignore unknown members and parameters, but no unknown name of an enum',
  'TH05.4': 'an error after the first bytes breaks the answer off',
  'TH06.6': 'a handler that answers before the end of an upload leaves the connection usable',
  'TH08.1': 'a client that goes aborts the signal of a unary call',
  'TH08.2': 'a client that goes in the middle of a stream aborts its signal',
  'TH08.3': 'a client that does not read is not written to without end',
  'TH08.4': 'an upload that breaks off ends with an error for the handler, never as if it were whole',
  'TE03.1': 'what was thrown is told to the server, and nothing of it to the client',
  'TE03.2': 'a refusal of the client is nothing to tell the server',
  'TE03.3': 'an error detail that could not be written is told to the server',
  'TE03.4': 'a service that cannot be reached is 503 without its address',
  'TE07.1': 'a mount renders every error in its own form, those of routing included',
  'TE07.2': 'a mount falls back to a Status when its renderer fails, and tells of it',
  'TE08.1': 'interceptors around a handler see values, header fields and the answer, and may refuse',
  'TE08.2': 'interceptors around calls that are forwarded see values, header fields and the answer, and may refuse',
  'TE09.1': 'random bytes as path, query, header fields and body never crash, hang, or answer 500',
  'TE09.2': 'bytes that are no text in path, query and header fields never crash, hang, or answer 500 either',
  'TX01.1': 'any message that a route can carry arrives as it was, encoded by the rules of google.api.http',
  'TX01.2': 'any message that google-gax, an independent encoder of the same rules, can write arrives as it was',
} as const

type SocketCaseId = keyof typeof socketCases

/** The name of the test of a case. */
export function titleOf(id: SocketCaseId): string {
  return `${id}: ${socketCases[id]}`
}
