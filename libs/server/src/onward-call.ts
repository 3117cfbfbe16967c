import type { CallOptions, HandlerContext } from '@connectrpc/connect'

/**
 * Options for a call that a handler makes on behalf of its caller: the same identity (the internal token that came with
 * the call), the rest of the deadline, and the cancellation.
 */
export function onwardCall(context: HandlerContext): CallOptions {
  const authorization = context.requestHeader.get('authorization')
  const timeoutMs = context.timeoutMs()
  return {
    signal: context.signal,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(authorization !== null && { headers: { authorization } }),
  }
}
