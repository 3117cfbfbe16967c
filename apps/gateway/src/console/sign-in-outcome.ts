import type { IssuerAnswer, IssuerOfSignIn } from '@assay/auth'
import { DomainError } from '@assay/errors'
import { OidcFault } from '@assay/oidc'

/**
 * What became of a sign-in that let nobody in, for the page.
 * `NO_ACCESS`: nothing is given to the person or the groups. `ACCESS_REVOKED`: somebody took it back. `SCOPES_DIFFER`: what is given
 * cannot be put together. `DENIED`: the issuer or the person said no. `NOT_BEGUN_HERE`: too late, a second time, in another browser, or
 * not what was asked for. `AWAY`: the issuer does not answer. `MISCONFIGURED`: an administrator has to mend it. `NO_ISSUER`: it is gone.
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
  /** Whom to ask, in the words of the organisation. */
  readonly contact?: string
  readonly name?: string
  /** Groups that the issuer named, the first ones, and how many there were. */
  readonly groups?: readonly string[]
  readonly groupCount?: number
  /** The issuer has more groups than it sends, and sent none. */
  readonly leavesGroupsOut?: boolean
}

/** A cookie holds 4,096 bytes, and the text is a third longer when it is encrypted. */
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
    // What this installation lacks for the moment is no fault of anybody; a wrong key stays wrong.
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
