import type { IssuerAnswer, IssuerOfSignIn } from '@assay/auth'
import { DomainError } from '@assay/errors'
import { OidcFault } from '@assay/oidc'

/**
 * The outcome of a failed sign-in, for the page. `NO_ACCESS`: no access is given to the person or the groups. `ACCESS_REVOKED`: the access
 * was revoked. `SCOPES_DIFFER`: the given accesses have scopes that cannot be combined. `DENIED`: the issuer or the person refused.
 * `NOT_BEGUN_HERE`: too late, repeated, in another browser, or an unexpected answer. `AWAY`: the issuer does not answer. `MISCONFIGURED`:
 * an administrator must correct the settings. `NO_ISSUER`: the issuer was removed.
 */
export interface Outcome {
  readonly code:
    | 'NO_ACCESS'
    | 'ACCESS_REVOKED'
    | 'SCOPES_DIFFER'
    | 'TENANT_SUSPENDED'
    | 'DENIED'
    | 'NOT_BEGUN_HERE'
    | 'AWAY'
    | 'MISCONFIGURED'
    | 'NO_ISSUER'
  readonly returnTo: string
  readonly issuer?: string
  /** The person or place to ask, as the organisation set it. */
  readonly contact?: string
  readonly name?: string
  /** The first groups that the issuer named, and the number of all. */
  readonly groups?: readonly string[]
  readonly groupCount?: number
  /** The issuer has too many groups to send, and sent none. */
  readonly leavesGroupsOut?: boolean
}

/** A cookie has 4,096 bytes at most, and encryption makes the text a third longer. */
const mostBytes = 2_600
const ofAccess = ['NO_ACCESS', 'ACCESS_REVOKED', 'SCOPES_DIFFER', 'TENANT_SUSPENDED'] as const

export function outcomeOf(
  error: unknown,
  { displayName, contact }: Pick<IssuerOfSignIn, 'displayName' | 'contact'>,
  returnTo: string,
  person?: IssuerAnswer['person'] & { readonly leavesGroupsOut?: boolean },
): Outcome {
  const about = { issuer: displayName, contact, returnTo: returnTo.length > 500 ? '/' : returnTo }
  if (error instanceof DomainError) {
    const code = ofAccess.find((one) => one === error.reason)
    // A temporary fault of this installation is not the person's; a wrong key does not get right by itself.
    const mayPass = ['unavailable', 'resource_exhausted', 'aborted'].includes(error.kind)
    const isKey = error.reason === 'KEY_ENCRYPTION_KEY_WRONG'
    if (code === undefined) return { ...about, code: mayPass && !isKey ? 'AWAY' : 'MISCONFIGURED' }
    if (person === undefined) return { ...about, code }
    const { name, groups, leavesGroupsOut = false } = person
    const told: Outcome = { ...about, code, name, groups: [], groupCount: groups.length, leavesGroupsOut }
    return { ...told, groups: fitting(groups, mostBytes - Buffer.byteLength(JSON.stringify(told))) }
  }
  if (!(error instanceof OidcFault)) throw error
  const { reason } = error
  return { ...about, code: reason === 'REFUSED' || reason === 'FORGED' ? 'NOT_BEGUN_HERE' : reason }
}

function fitting(groups: readonly string[], most: number): readonly string[] {
  let bytes = 0
  return groups.filter((group) => {
    bytes += Buffer.byteLength(JSON.stringify(group)) + 1
    return bytes <= most
  })
}
