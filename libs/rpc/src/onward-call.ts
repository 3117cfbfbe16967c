import type { CallOptions, HandlerContext } from '@connectrpc/connect'

/**
 * Options for a call that a handler makes on behalf of its caller: the rest of the deadline, the cancellation, and the request
 * id for the logs.
 * @param token names the caller to the called service; the token of the incoming call is only for this service
 */
export function onwardCall(context: HandlerContext, token: string): CallOptions {
  const timeoutMs = context.timeoutMs()
  const requestId = context.requestHeader.get('x-request-id')
  const headers = { authorization: `Bearer ${token}`, ...(requestId !== null && { 'x-request-id': requestId }) }
  return {
    signal: context.signal,
    // For a client 0 means "no deadline", but here it means that the time is over.
    ...(timeoutMs !== undefined && { timeoutMs: Math.max(1, timeoutMs) }),
    headers,
  }
}
