import { beginTrace, type Span, type TraceParent } from '@assay/tracing'
import { outcomeOf } from './metrics/calls.ts'
import type { NodeRequest, NodeResponse } from './node-messages.ts'
import type { RequestScope } from './request-scope.ts'

/** The known methods, so that a made-up method does not become a span's name. */
const httpMethods: ReadonlySet<string | undefined> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
])
/** The codes that mean a fault of the server, by the conventions for RPC. */
const faults: ReadonlySet<string> = new Set([
  'unknown',
  'deadline_exceeded',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
])

/** Begins the span of a request, by its headers. Undefined when tracing is off. */
export function beginRequestSpan(request: NodeRequest, above: TraceParent | undefined): Span | undefined {
  return beginTrace(() => {
    const method = methodOf(request)
    const attributes = {
      'http.request.method': method,
      'network.protocol.version': request.httpVersionMajor === 2 ? '2' : request.httpVersion,
      'url.scheme': isEncrypted(request) ? 'https' : 'http',
    }
    return { name: method, kind: 'server', attributes }
  }, above)
}

/** Ends the span after the response has ended, when the method and the result are known. */
export function endRequestSpan(span: Span, request: NodeRequest, response: NodeResponse, scope: RequestScope): void {
  if (span.isRecorded) describe(span, request, response, scope)
  span.end()
}

function describe(span: Span, request: NodeRequest, response: NodeResponse, scope: RequestScope): void {
  const { method, template, endpoint, tenantId } = scope
  const httpMethod = methodOf(request)
  const route = template ?? endpoint
  const isRpc = method !== undefined && template === undefined
  const rpcMethod = method === undefined ? undefined : `${method.parent.typeName}/${method.name}`
  const name = isRpc ? rpcMethod : route === undefined ? httpMethod : `${httpMethod} ${route}`
  span.rename(name ?? httpMethod)
  span.set({
    'http.response.status_code': response.statusCode,
    // A path has ids, which in some organisations are mail addresses, so the span has the path without ids.
    ...(route !== undefined && { 'http.route': route, 'url.path': route }),
    ...(isRpc && rpcMethod !== undefined && { 'url.path': `/${rpcMethod}` }),
    ...(rpcMethod !== undefined && { 'rpc.method': rpcMethod }),
    ...(tenantId !== undefined && { 'assay.tenant': tenantId }),
  })
  const code = outcomeOf(scope, response)
  if (!isRpc) {
    if (response.statusCode >= 500) span.fail(String(response.statusCode))
    return
  }
  const isGrpc = String(request.headers['content-type']).startsWith('application/grpc')
  // gRPC spells the name with two L.
  const status = isGrpc ? code.toUpperCase().replace('CANCELED', 'CANCELLED') : code
  span.set({ 'rpc.system.name': isGrpc ? 'grpc' : 'connectrpc' })
  if (isGrpc || code !== 'ok') span.set({ 'rpc.response.status_code': status })
  if (faults.has(code)) span.fail(status)
}

function methodOf({ method }: NodeRequest): string {
  return httpMethods.has(method) && method !== undefined ? method : '_OTHER'
}

/** Whether the connection is encrypted. An HTTP/2 session that has just ended has no socket, although the type says so. */
function isEncrypted({ socket }: NodeRequest): boolean {
  return Boolean(socket) && 'encrypted' in socket && socket.encrypted === true
}
