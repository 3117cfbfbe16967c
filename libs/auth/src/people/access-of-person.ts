import type { Principal } from '../principal.ts'
import { hasRight, type Right, rights } from '../rights.ts'
import type { PersonRole } from '../roles.ts'
import { personRoles } from '../roles.ts'

/** The access of one group, or of the person by name. */
interface AccessOfPerson {
  readonly role: PersonRole
  /** Undefined: the person sees everybody. */
  readonly readerScope: string | undefined
}

/** The access of a person by all groups and names that match. */
interface UnitedAccess {
  readonly role: PersonRole
  /** For each right of the role: the scopes, of which one has to include a person; undefined: every person. */
  readonly scopes: ReadonlyMap<Right, readonly string[] | undefined>
}

/**
 * The access of all together. Each role has the rights of the weaker ones, so the strongest role has the rights of all. A right
 * gets only the scopes of the roles that have it: a person who may read everything and decide about Sales may not decide about
 * everything.
 * @returns undefined without any access
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
 * The caller of one call, with the scope for the right that the call needs. The same caller and scope give the same object, so
 * that internal tokens are reused.
 */
export function callerFor(caller: Principal, right: Right | undefined): Principal {
  // Nearly every caller; copying a principal takes longer than the rest of this function.
  if (caller.readerScopes === undefined) return caller
  const { readerScopes, ...plain } = caller
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
