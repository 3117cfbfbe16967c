import type { ConformanceCase } from './case.ts'

/** The protocols by which the REST call of a case is repeated, to the same handlers. */
export const protocols = ['Connect JSON', 'Connect proto', 'Connect GET', 'gRPC', 'grpc-js', 'gRPC-Web'] as const

type Protocol = (typeof protocols)[number]

/** Whether the case calls a handler. One that is refused before that has no call to repeat. */
export function callsHandler({ expect }: ConformanceCase): boolean {
  return expect.rpc === undefined ? (expect.status ?? 200) < 400 : expect.rpc !== null
}

/** The protocols by which the call of a case is repeated: all of them, but a stream cannot be read by Connect GET. */
export function replayedBy(each: ConformanceCase): readonly Protocol[] {
  if (!callsHandler(each)) return []
  const isStream = /^\/(?:o\/count|f\/streams)\//.test(each.request.path)
  return isStream ? protocols.filter((protocol) => protocol !== 'Connect GET') : protocols
}

/** Whether the error was not written for clients, so that each protocol answers with its own text. */
export function answersInOwnWords({ id }: ConformanceCase): boolean {
  return id === 'TE06.1'
}
