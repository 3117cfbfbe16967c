import type { ConformanceCase } from './case.ts'

/** The ways in which a call that a case makes by REST is made again, to the same handlers. */
export const protocols = ['Connect JSON', 'Connect proto', 'Connect GET', 'gRPC', 'grpc-js', 'gRPC-Web'] as const

type Protocol = (typeof protocols)[number]

/** A case that is refused before any call has nothing to be made again. */
export function callsHandler({ expect }: ConformanceCase): boolean {
  return expect.rpc === undefined ? (expect.status ?? 200) < 400 : expect.rpc !== null
}

/** By which protocols the call of a case is made again: all of them, but a stream cannot be asked for by Connect GET. */
export function replayedBy(each: ConformanceCase): readonly Protocol[] {
  if (!callsHandler(each)) return []
  const isStream = /^\/(?:o\/count|f\/streams)\//.test(each.request.path)
  return isStream ? protocols.filter((protocol) => protocol !== 'Connect GET') : protocols
}

/** What its handler did not mean for clients each protocol answers in words of its own. */
export function answersInOwnWords({ id }: ConformanceCase): boolean {
  return id === 'TE06.1'
}
