import type { Principal } from '../principal.ts'
import { hasRight, type Right, rights } from '../rights.ts'
import type { PersonRole } from '../roles.ts'
import { personRoles } from '../roles.ts'

/** What one group, or the person alone, may do. */
interface AccessOfPerson {
  readonly role: PersonRole
  /** Undefined: everybody is seen. */
  readonly readerScope: string | undefined
}

/** What all that matches somebody gives together. */
interface UnitedAccess {
  readonly role: PersonRole
  /** For each right that the role has: the scopes of which one has to hold; undefined: everybody is seen. */
  readonly scopes: ReadonlyMap<Right, readonly string[] | undefined>
}

/**
 * Roles are ordered, each having the rights of the next and more, so the rights of all are those of the strongest. A right comes with
 * the scopes of those that have it: who may read everything and decide about Sales does not decide about everything.
 * @returns undefined for no access at all
 */
export function unitedAccess(all: readonly AccessOfPerson[]): UnitedAccess | undefined {
  const role = personRoles.find((one) => all.some((access) => access.role === one))
  if (role === undefined) return undefined
  const scopes = new Map<Right, readonly string[] | undefined>()
  for (const right of rights.filter((one) => hasRight(role, one))) {
    const having = all.filter((access) => hasRight(access.role, right))
    const named = [...new Set(having.flatMap(({ readerScope }) => readerScope ?? []))].sort()
    scopes.set(right, having.some(({ readerScope }) => readerScope === undefined) ? undefined : named)
  }
  return { role, scopes }
}

const made = new WeakMap<Principal, Map<string, Principal>>()

/**
 * The caller as the one who makes a call: bound to the scope for the right that the call needs. The same caller and scope give the
 * same object, by which internal tokens are reused.
 */
export function callerFor(caller: Principal, right: Right | undefined): Principal {
  const { readerScopes, ...plain } = caller
  if (readerScopes === undefined) return caller
  const other = readerScopes[right ?? 'read']
  const scope = other === undefined ? caller.readerScope : (other ?? undefined)
  const ofCaller = made.get(caller) ?? new Map<string, Principal>()
  made.set(caller, ofCaller)
  const known = ofCaller.get(scope ?? '')
  if (known !== undefined) return known
  const { readerScope: _, ...unbound } = plain
  const bound: Principal = scope === undefined ? unbound : { ...unbound, readerScope: scope }
  ofCaller.set(scope ?? '', bound)
  return bound
}
