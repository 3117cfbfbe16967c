import { invalidArgument, permissionDenied } from '@assay/errors'
import type { Dialect, Principal } from './principal.ts'
import { hasRight, type Right } from './rights.ts'

/** What a call of SailPoint's role mining API does. */
export type ModelingAccess = 'read' | 'manage'

const read = 'iai:access-modeling:read'
const manage = 'iai:access-modeling:manage'
const all = 'sp:scopes:all'

/**
 * Scopes of SailPoint's API that are known here. `sp:scopes:default` is what their tokens have when nobody chose; no call of
 * theirs lists it as sufficient (contract sections 3 and 5), so by itself it opens none.
 */
export const knownScopes: readonly string[] = [read, manage, all, 'sp:scopes:default']

const sufficient: Readonly<Record<ModelingAccess, readonly string[]>> = {
  read: [read, manage, all],
  manage: [manage, all],
}
const rightFor: Readonly<Record<ModelingAccess, Right>> = { read: 'read', manage: 'mine' }

/** @throws invalid_argument for scopes of a client whose dialect has none, an unknown one, or none at all */
export function checkScopes({
  dialect,
  scopes,
}: {
  readonly dialect: Dialect
  readonly scopes?: readonly string[]
}): void {
  if (scopes === undefined) return
  if (dialect !== 'sailpoint') throw invalidArgument('scopes', 'only clients of the dialect sailpoint have scopes')
  if (scopes.length === 0) throw invalidArgument('scopes', `must be some of ${knownScopes.join(', ')}`)
  const unknown = scopes.find((scope) => !knownScopes.includes(scope))
  if (unknown !== undefined) throw invalidArgument('scopes', `"${unknown}" is none of ${knownScopes.join(', ')}`)
}

/** Scopes that a client's tokens carry: its own, or what its role comes to. */
export function scopesOf(principal: Pick<Principal, 'role' | 'scopes'>): readonly string[] {
  return principal.scopes ?? (hasRight(principal, 'mine') ? [all] : [read])
}

/**
 * Throws permission_denied unless the role and the scopes of the caller allow what a call does (contract section 3: a
 * client's rights are those of its scopes within its user's level).
 */
export function requireModelingAccess(principal: Pick<Principal, 'role' | 'scopes'>, access: ModelingAccess): void {
  const right = rightFor[access]
  if (!hasRight(principal, right)) {
    throw permissionDenied(`This call needs the right "${right}", which the role "${principal.role}" does not have`, {
      reason: 'MISSING_RIGHT',
      metadata: { right, role: principal.role },
    })
  }
  const scopes = sufficient[access]
  if (!scopesOf(principal).some((scope) => scopes.includes(scope))) {
    throw permissionDenied(`This call needs one of the scopes ${scopes.join(', ')}; the token has none of them`, {
      reason: 'MISSING_SCOPE',
      metadata: { scopes: scopes.join(' ') },
    })
  }
}
