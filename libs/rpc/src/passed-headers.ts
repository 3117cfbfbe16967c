import { readTraceParent } from '@assay/tracing'

/** As much as everybody has to pass on (W3C Trace Context, section 3.3.1.5); a longer list may be left out. */
const mostStateCharacters = 512

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

/**
 * What a caller may say to the services behind the gateway: the trace that it belongs to. Identity is not among it: it travels signed.
 * Both fields are bounded: the services bound the head of a request as the gateway does, and many callers share the connection for
 * streams, which Node breaks for a field of 64 KiB.
 */
export function headersToPass(given: Headers): Record<string, string> {
  const traceparent = given.get('traceparent')
  if (traceparent === null || readTraceParent(traceparent) === undefined) return {}
  const tracestate = given.get('tracestate')
  return tracestate === null || tracestate.length > mostStateCharacters ? { traceparent } : { traceparent, tracestate }
}

/** Adds what a service answered (headers or trailers) to what the gateway answers. */
export function passBack(from: Headers, to: Headers): void {
  for (const [name, value] of from) if (!belongsToHop(name) && name !== busyHeader) to.append(name, value)
}

/** Whether a header field of an answer ends at the gateway; names in lower case. */
export function belongsToHop(name: string): boolean {
  return ownHeaders.has(name) || ownPrefixes.some((prefix) => name.startsWith(prefix))
}
