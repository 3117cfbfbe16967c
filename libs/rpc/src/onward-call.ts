import type { CallOptions, HandlerContext } from '@connectrpc/connect'

/**
 * Options for a call that a handler makes on behalf of its caller: the rest of the deadline, the cancellation, and the request
 * id for the logs.
 * @param token names the caller to the service that is called; the token that came with the call is for this service alone
 */
export function onwardCall(context: HandlerContext, token: string): CallOptions {
  const timeoutMs = context.timeoutMs()
  const requestId = context.requestHeader.get('x-request-id')
  const headers = { authorization: `Bearer ${token}`, ...(requestId !== null && { 'x-request-id': requestId }) }
  return {
    signal: context.signal,
    // A client takes 0 for "no deadline", while here it means that the time is up.
    ...(timeoutMs !== undefined && { timeoutMs: Math.max(1, timeoutMs) }),
    headers,
  }
}
