import { type DomainError, permissionDenied } from '@assay/errors'
import type { Principal } from './principal.ts'
import { hasRight, type Right, rolesWith } from './rights.ts'

/** What a call requires. `everyone`: it does not even require a token. */
export type Access = 'everyone' | CallerAccess

/**
 * How a call treats callers with a reader scope. `bounded`: it answers as if the tenant had only the people of the scope.
 * `unaffected`: its response has no data of people. Otherwise the call is refused, with the reason as text.
 */
export type BoundedReaders = 'bounded' | 'unaffected' | { readonly refused: string }

/** What a call requires of a caller with a token. */
export interface CallerAccess {
  /** Undefined: bounded readers are refused. */
  readonly readers?: BoundedReaders
  /** The right that the caller's role must have; undefined: every role is allowed. */
  readonly right?: Right
  /** Scopes that allow the call for a caller that has scopes; it needs one of them. */
  readonly scopes?: readonly string[]
  /** Callers with the right `decide-by-tool` are also allowed, if a tool of MCP makes the call for them. */
  readonly byTools?: true
}

/** The members of a principal on which the decision depends. */
type Known = Pick<Principal, 'role' | 'scopes' | 'readerScope' | 'byTool'>

/**
 * Decides about a call by the caller's role, scopes and reader scope. Returns why the call is refused, or undefined if it is
 * allowed. Scopes limit a client within its role; for a client without scopes only the role counts.
 */
export function refusalOf(
  caller: Known,
  { right, scopes = [], readers, byTools }: CallerAccess,
): 'MISSING_RIGHT' | 'MISSING_SCOPE' | 'BOUNDED_READER' | undefined {
  const isMadeByTool = byTools === true && caller.byTool === true && hasRight(caller.role, 'decide-by-tool')
  if (right !== undefined && !hasRight(caller.role, right) && !isMadeByTool) return 'MISSING_RIGHT'
  const isInScope = caller.scopes === undefined || caller.scopes.some((scope) => scopes.includes(scope))
  if (!isInScope) return 'MISSING_SCOPE'
  const isOpen = caller.readerScope === undefined || readers === 'bounded' || readers === 'unaffected'
  return isOpen ? undefined : 'BOUNDED_READER'
}

/**
 * @throws permission_denied with the right and the roles that have it, or with the scopes that allow the call, or with the
 * reason why bounded readers are refused
 */
export function requireAccess(caller: Known, access: CallerAccess): void {
  switch (refusalOf(caller, access)) {
    case 'MISSING_RIGHT':
      throw missingRight(caller, access)
    case 'MISSING_SCOPE':
      throw missingScope(access)
    case 'BOUNDED_READER':
      throw boundedReader(access)
  }
}

function boundedReader({ readers }: CallerAccess): DomainError {
  const why = typeof readers === 'object' ? readers.refused : 'nothing bounds its answer'
  const message = `This call is closed to clients that see some people only: ${why}; use a client without a reader scope`
  return permissionDenied(message, { reason: 'BOUNDED_READER' })
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
      ? 'No scope allows this call; use a client without scopes'
      : `This call needs ${needed}, which the token does not have; use a client with ${remedy}`
  return permissionDenied(message, { reason: 'MISSING_SCOPE', metadata: { scopes: scopes.join(' ') } })
}
