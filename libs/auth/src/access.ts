import { type DomainError, permissionDenied } from '@assay/errors'
import type { Principal } from './principal.ts'
import { hasRight, type Right, rolesWith } from './rights.ts'

/** What a call needs: `everyone` needs not even a token. */
export type Access = 'everyone' | CallerAccess

/**
 * What a call is to callers who are bound to a reader scope. `bounded`: it answers as a tenant would that holds only the people of the
 * scope. `unaffected`: it says nothing of people. Otherwise it is refused, with the reason in words.
 */
export type BoundedReaders = 'bounded' | 'unaffected' | { readonly refused: string }

/** What a caller needs who shows a token. */
export interface CallerAccess {
  /** Undefined: refused to bounded readers. */
  readonly readers?: BoundedReaders
  /** The right that the caller's role must have; undefined: every role will do. */
  readonly right?: Right
  /** Scopes that open the call for a caller that has scopes. */
  readonly scopes?: readonly string[]
  /** Also open to callers with the right `decide-by-tool`, where a tool of MCP makes the call for them. */
  readonly byTools?: true
}

/** What decides about a caller's calls. */
type Known = Pick<Principal, 'role' | 'scopes' | 'readerScope' | 'byTool'>

/**
 * The decision about a call, by the caller's role, scopes and reader scope: why the call is refused, or undefined for a call that is
 * allowed. A client's rights are those of its scopes within its role. Where a client has no scopes, its role alone decides.
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
 * @throws permission_denied that names the right and the roles that have it, or the scopes that open the call, or says why nobody
 * who sees some people only may make it
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
      ? 'No scope opens this call; use a client without scopes'
      : `This call needs ${needed}, which the token does not have; use a client with ${remedy}`
  return permissionDenied(message, { reason: 'MISSING_SCOPE', metadata: { scopes: scopes.join(' ') } })
}
