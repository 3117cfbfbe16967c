import { readTraceParent } from '@assay/tracing'

/** The length that every system must pass on (W3C Trace Context, section 3.3.1.5); a longer list may be left out. */
const mostStateCharacters = 512

/**
 * Fields that belong to one connection or one protocol, and are not passed beyond the gateway. All other fields of a response
 * are.
 */
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
/**
 * On a response, a service says with it that it has as many calls as it can serve. Only for the gateway, which then lowers its
 * own limit.
 */
export const busyHeader = 'x-assay-busy'
const ownPrefixes = ['grpc-', 'connect-', ':']

/**
 * The fields of a caller that are passed to the services behind the gateway: only its trace. The identity of the caller is
 * passed in a signed token. Both fields have a limited length: the services limit the header of a request as the gateway does,
 * and many callers share the connection for streams, which Node closes when a field has 64 KiB.
 */
export function headersToPass(given: Headers): Record<string, string> {
  const traceparent = given.get('traceparent')
  if (traceparent === null || readTraceParent(traceparent) === undefined) return {}
  const tracestate = given.get('tracestate')
  return tracestate === null || tracestate.length > mostStateCharacters ? { traceparent } : { traceparent, tracestate }
}

/** Adds the fields of a service's response (headers or trailers) to the gateway's response. */
export function passBack(from: Headers, to: Headers): void {
  for (const [name, value] of from) if (!belongsToHop(name) && name !== busyHeader) to.append(name, value)
}

/** Whether a header field of a response is not passed beyond the gateway; names in lower case. */
export function belongsToHop(name: string): boolean {
  return ownHeaders.has(name) || ownPrefixes.some((prefix) => name.startsWith(prefix))
}
