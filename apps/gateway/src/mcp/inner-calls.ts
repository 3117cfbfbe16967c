import type { Principal } from '@assay/auth'
import { type CallGate, principalKey, requestInProgress } from '@assay/server'
import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import { Code, ConnectError, createContextValues, type Transport } from '@connectrpc/connect'

interface InnerCallOptions {
  readonly gate: CallGate
  /** Sends calls to the services. */
  readonly transport: Transport
  /** Ends the calls when the caller disconnects. */
  readonly signal: AbortSignal
  /** The end of the time for all calls, by `performance.now()`. */
  readonly until: number
}

/**
 * The calls that a tool makes for a caller, one after the other. Each is authorized and takes a place like a call of the caller, so that a
 * tool cannot bypass rights, scopes and limits.
 */
export function innerCalls(caller: Principal, { gate, transport, signal, until }: InnerCallOptions) {
  const byTool = markedByTool(caller)
  return async <I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
  ): Promise<MessageShape<O>> => {
    const decided = gate.authorize(byTool, method)
    await gate.admit(decided, { method, signal, responseHeader: new Headers() })
    const leave = takenPlace()
    try {
      const timeoutMs = Math.floor(until - performance.now())
      if (timeoutMs < 1) throw new ConnectError('The tool took too long', Code.DeadlineExceeded)
      const values = createContextValues().set(principalKey, decided)
      return (await transport.unary(method, signal, timeoutMs, undefined, request, values)).message
    } finally {
      leave?.()
    }
  }
}

const marked = new WeakMap<Principal, Principal>()

/** The same caller gives the same object, so that internal tokens are reused. */
function markedByTool(caller: Principal): Principal {
  const known = marked.get(caller)
  if (known !== undefined) return known
  const made: Principal = { ...caller, byTool: true }
  marked.set(caller, made)
  return made
}

/**
 * The place of the call that the gate has just recorded with the request. It is freed at the end of the call, not at the end of the
 * request.
 */
function takenPlace(): (() => void) | undefined {
  const scope = requestInProgress()
  if (scope === undefined) return undefined
  const { leave } = scope
  scope.isHandled = true
  delete scope.leave
  return leave
}
