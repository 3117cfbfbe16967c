import { type DomainError, permissionDenied } from '@assay/errors'
import type { Principal } from './principal.ts'
import { hasRight, type Right, rolesWith } from './rights.ts'

/** What a call needs: `everyone` needs not even a token. */
export type Access = 'everyone' | CallerAccess

/** What a caller needs who shows a token. */
export interface CallerAccess {
  /** The right that the caller's role must have; undefined: every role will do. */
  readonly right?: Right
  /** Scopes that open the call for a caller that has scopes. */
  readonly scopes?: readonly string[]
}

/**
 * The decision about a call, by the caller's role and scopes: why the call is refused, or undefined for a call that is allowed.
 * A client's rights are those of its scopes within its role. Where a client has no scopes, its role alone decides.
 */
export function refusalOf(
  caller: Pick<Principal, 'role' | 'scopes'>,
  { right, scopes = [] }: CallerAccess,
): 'MISSING_RIGHT' | 'MISSING_SCOPE' | undefined {
  if (right !== undefined && !hasRight(caller.role, right)) return 'MISSING_RIGHT'
  const isInScope = caller.scopes === undefined || caller.scopes.some((scope) => scopes.includes(scope))
  return isInScope ? undefined : 'MISSING_SCOPE'
}

/** @throws permission_denied that names the right and the roles that have it, or the scopes that open the call */
export function requireAccess(caller: Pick<Principal, 'role' | 'scopes'>, access: CallerAccess): void {
  const reason = refusalOf(caller, access)
  if (reason === undefined) return
  throw reason === 'MISSING_RIGHT' ? missingRight(caller, access) : missingScope(access)
}

function missingRight({ role }: Pick<Principal, 'role'>, { right = 'read' }: CallerAccess): DomainError {
  const message = `This call needs the right "${right}", which the role "${role}" does not have; use a client with the role ${rolesWith(right).join(' or ')}`
  return permissionDenied(message, { reason: 'MISSING_RIGHT', metadata: { right, role } })
}

function missingScope({ scopes = [] }: CallerAccess): DomainError {
  const [needed, remedy] =
    scopes.length === 1 ? [`the scope ${scopes[0]}`, 'it'] : [`one of the scopes ${scopes.join(', ')}`, 'one of them']
  const message =
    scopes.length === 0
      ? 'No scope opens this call; use a client without scopes'
      : `This call needs ${needed}, which the token does not have; use a client with ${remedy}`
  return permissionDenied(message, { reason: 'MISSING_SCOPE', metadata: { scopes: scopes.join(' ') } })
}
