import { invalidArgument } from '@assay/errors'
import type { Dialect, Principal } from './principal.ts'

/** The scope that opens every call, within the client's role. */
export const allScopes = 'sp:scopes:all'
/** Open the calls of SailPoint's role mining API that read, and all of them. */
export const modelingRead = 'iai:access-modeling:read'
export const modelingManage = 'iai:access-modeling:manage'

/**
 * Scopes that a client of SailPoint's dialect can be made with. `sp:scopes:default` is what SailPoint's own tokens have when
 * no scope was chosen; no call lists it as sufficient (contract sections 3 and 5), so by itself it opens none.
 */
export const knownScopes: readonly string[] = [modelingRead, modelingManage, allScopes, 'sp:scopes:default']

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

const everyScope: readonly string[] = [allScopes]

/** The scopes of a client and its tokens: those it was made with, else `sp:scopes:all`. */
export function scopesOf(principal: Pick<Principal, 'scopes'>): readonly string[] {
  return principal.scopes ?? everyScope
}
