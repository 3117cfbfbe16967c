import { type Access, type CallerAccess, callerFor, type Principal, requireAccess } from '@assay/auth'
import type { DescMethod } from '@bufbuild/protobuf'
import type { HandlerContext } from '@connectrpc/connect'
import { authenticateRequest, type Callers, principalKey } from './authentication.ts'
import type { LoadLimits } from './load-limits.ts'
import { refused } from './metrics/refusals.ts'
import { refusal } from './refusal.ts'

/** Decides about a call as soon as its headers have arrived, before its body is read. */
export interface Gate {
  /** @throws Error naming the method, if the gate has no entry for it */
  expect(method: DescMethod): void
  /** Admits a call and puts its principal into the context values. @throws ConnectError for a refused call */
  enter(context: HandlerContext): void | Promise<void>
}

export interface CallGateOptions extends Callers {
  /** The access that a method needs; undefined for a method that is not in the table of access. */
  readonly accessOf: (method: DescMethod) => Access | undefined
  /** May refuse an authenticated caller for another reason than access, such as too many calls. */
  readonly admit?: (caller: Principal, method: DescMethod) => void | Promise<void>
  /** Limits the number of simultaneous calls; without it, there is no limit. */
  readonly load?: LoadLimits
}

/** A gate that authenticates the caller and checks the caller's access. */
export interface CallGate extends Gate {
  /**
   * Only the check of the access, for callers that are already authenticated.
   * @returns the caller as the one who makes the call, see `callerFor`
   * @throws PERMISSION_DENIED
   */
  authorize(caller: Principal, method: DescMethod): Principal
  /**
   * Only the last check: takes a place for the call, which it has until its handler ends.
   * @throws RESOURCE_EXHAUSTED or UNAVAILABLE with the time after which the client may try again
   */
  admit(caller: Principal, context: Pick<HandlerContext, 'method' | 'signal' | 'responseHeader'>): void | Promise<void>
}

/**
 * The only place that decides about calls of Connect, gRPC, gRPC-Web and REST: the token gives the caller, and the caller needs the access
 * in the table. Requests of unknown clients cost little, since their bodies are not read.
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
