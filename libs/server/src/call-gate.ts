import { type Access, type CallerAccess, callerFor, type Principal, requireAccess } from '@assay/auth'
import type { DescMethod } from '@bufbuild/protobuf'
import type { HandlerContext } from '@connectrpc/connect'
import { authenticateRequest, type Callers, principalKey } from './authentication.ts'
import type { LoadLimits } from './load-limits.ts'
import { refused } from './metrics/refusals.ts'
import { refusal } from './refusal.ts'

/** Decides about a call as soon as its headers are there, before a byte of its body is read or parsed. */
export interface Gate {
  /** Whether calls of the method can be decided about. @throws an error that names the call if not */
  expect(method: DescMethod): void
  /** Lets a call in, with its principal in the context values. @throws ConnectError for a call that is refused */
  enter(context: HandlerContext): void | Promise<void>
}

export interface CallGateOptions extends Callers {
  /** What a call needs; undefined for a call that the table of access does not have. */
  readonly accessOf: (method: DescMethod) => Access | undefined
  /** May refuse a caller who is known for another reason than access, such as too many calls. */
  readonly admit?: (caller: Principal, method: DescMethod) => void | Promise<void>
  /** How many calls go on at once; without it any number. */
  readonly load?: LoadLimits
}

/** A gate that asks who makes a call, and whether that caller may. */
export interface CallGate extends Gate {
  /**
   * The second question alone, for callers that were authenticated already.
   * @returns the caller as the one who makes the call, see `callerFor`
   * @throws PERMISSION_DENIED
   */
  authorize(caller: Principal, method: DescMethod): Principal
  /**
   * The last question alone: a place for the call, which it has until its handler ends.
   * @throws RESOURCE_EXHAUSTED or UNAVAILABLE with the time after which the client may try again
   */
  admit(caller: Principal, context: Pick<HandlerContext, 'method' | 'signal' | 'responseHeader'>): void | Promise<void>
}

/**
 * The one place that decides about calls, by Connect, gRPC and gRPC-Web as well as REST: the token stands for a caller, and the
 * caller has the access that the table asks for. What strangers send costs nothing, since no body is read before.
 */
export function createCallGate({ accessOf, admit, load, ...callers }: CallGateOptions): CallGate {
  const known = (method: DescMethod): Access => {
    const access = accessOf(method)
    if (access !== undefined) return access
    const call = `${method.parent.typeName}.${method.name}`
    throw new Error(`${call} has no entry in the table of access, so it cannot be served; say there what it needs`)
  }
  const admitted = async (context: HandlerContext, access: CallerAccess) => {
    const { method, requestHeader, values } = context
    const caller = await authenticateRequest(requestHeader, callers)
    try {
      await admit?.(caller, method)
    } catch (error) {
      throw refusal(error)
    }
    const decided = decide(caller, access)
    await load?.enter(decided, context)
    values.set(principalKey, decided)
  }
  return {
    expect: (method) => void known(method),
    authorize(caller, method) {
      const access = known(method)
      return access === 'everyone' ? caller : decide(caller, access)
    },
    admit: (caller, context) => load?.enter(caller, context),
    enter(context) {
      const access = known(context.method)
      return access === 'everyone' ? undefined : admitted(context, access)
    },
  }
}

function decide(whole: Principal, access: CallerAccess): Principal {
  const caller = callerFor(whole, access.right)
  try {
    requireAccess(caller, access)
    return caller
  } catch (error) {
    refused('rights')
    throw refusal(error)
  }
}
