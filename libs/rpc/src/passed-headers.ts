/** What a caller may say to the services behind the gateway. Identity is not on the list: it travels signed. */
const requestHeaders = ['traceparent', 'tracestate']

/** What belongs to one connection or to one protocol, and ends at the gateway. Everything else of an answer goes on. */
const ownHeaders = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'www-authenticate',
  'x-request-id',
])
/** On an answer of a service: it has as many calls as it can take. For the gateway alone, which lowers its own limit. */
export const busyHeader = 'x-assay-busy'
const ownPrefixes = ['grpc-', 'connect-', ':']

export function headersToPass(given: Headers): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const name of requestHeaders) {
    const value = given.get(name)
    if (value !== null) passed[name] = value
  }
  return passed
}

/** Adds what a service answered (headers or trailers) to what the gateway answers. */
export function passBack(from: Headers, to: Headers): void {
  for (const [name, value] of from) if (!belongsToHop(name) && name !== busyHeader) to.append(name, value)
}

/** Whether a header field of an answer ends at the gateway; names in lower case. */
export function belongsToHop(name: string): boolean {
  return ownHeaders.has(name) || ownPrefixes.some((prefix) => name.startsWith(prefix))
}
