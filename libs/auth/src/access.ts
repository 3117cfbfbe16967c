import { type DomainError, permissionDenied } from '@assay/errors'
import type { Principal } from './principal.ts'
import { hasRight, type Right, rolesWith } from './rights.ts'
import { allScopes, scopesOf } from './scopes.ts'

/** What a call needs: `everyone` needs not even a token. */
export type Access = 'everyone' | CallerAccess

/** What a caller needs who shows a token. */
export interface CallerAccess {
  /** The right that the caller's role must have; undefined: every role will do. */
  readonly right?: Right
  /** Scopes that open the call, besides `sp:scopes:all`, which opens every call. */
  readonly scopes?: readonly string[]
}

/**
 * The decision about a call, by the caller's role and scopes: why the call is refused, or undefined for a call that is allowed.
 * A client's rights are those of its scopes within its role (contract section 3 of SailPoint's API). Clients of
 * ConductorOne's dialect have no scopes: their role alone decides, in every dialect.
 */
export function refusalOf(
  caller: Pick<Principal, 'role' | 'scopes'>,
  { right, scopes = [] }: CallerAccess,
): 'MISSING_RIGHT' | 'MISSING_SCOPE' | undefined {
  if (right !== undefined && !hasRight(caller.role, right)) return 'MISSING_RIGHT'
  const isInScope = scopesOf(caller).some((scope) => scope === allScopes || scopes.includes(scope))
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
  const sufficient = [...scopes, allScopes]
  const needed = sufficient.length === 1 ? 'the scope' : 'one of the scopes'
  const message = `This call needs ${needed} ${sufficient.join(', ')}, which the token does not have; use a client with ${sufficient.length === 1 ? 'it' : 'one of them'}`
  return permissionDenied(message, { reason: 'MISSING_SCOPE', metadata: { scopes: sufficient.join(' ') } })
}
