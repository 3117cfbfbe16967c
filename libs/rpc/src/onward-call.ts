import type { CallOptions, HandlerContext } from '@connectrpc/connect'

/**
 * Options for a call that a handler makes on behalf of its caller: the same identity (the internal token that came with
 * the call), the rest of the deadline, the cancellation, and the request id for the logs.
 */
export function onwardCall(context: HandlerContext): CallOptions {
  const timeoutMs = context.timeoutMs()
  const headers: Record<string, string> = {}
  for (const name of ['authorization', 'x-request-id']) {
    const value = context.requestHeader.get(name)
    if (value !== null) headers[name] = value
  }
  return {
    signal: context.signal,
    // A client takes 0 for "no deadline", while here it means that the time is up.
    ...(timeoutMs !== undefined && { timeoutMs: Math.max(1, timeoutMs) }),
    headers,
  }
}
