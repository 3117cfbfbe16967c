import { OidcFault } from './oidc-fault.ts'

/** The claims about a person, from an issuer's tokens and its userinfo endpoint. */
export type Claims = Readonly<Record<string, unknown>>

/** The names of the claims to read. A name with dots that is not a claim itself is a path into objects: `realm_access.roles`. */
export interface ClaimNames {
  readonly groups: string
  /** The claim that names the person's identity in the access data; undefined: none is read. */
  readonly identity: string | undefined
}

/** A person as the issuer describes them. Texts are trimmed, limited in length and free of control characters. */
interface PersonClaims {
  readonly subject: string
  readonly name: string
  /** The mail address in lower case; undefined without one, or when the issuer says that it is not verified. */
  readonly mail: string | undefined
  readonly identity: string | undefined
  readonly groups: readonly string[]
  /** The issuer has too many groups for a token and sent none (Entra does so above 200). */
  readonly leavesGroupsOut: boolean
}

const longestSubject = 255
const longestText = 200
const longestGroup = 256
const mostGroups = 1000

/** @throws OidcFault without a valid subject, which every token must have */
export function personOfClaims(claims: Claims, names: ClaimNames): PersonClaims {
  const subject = claims.sub
  if (typeof subject !== 'string' || subject === '' || subject.length > longestSubject || subject.includes('\0'))
    throw new OidcFault('MISCONFIGURED', 'The token has a claim "sub" that is not a text of 1 to 255 characters')
  const isUnverified = claims.email_verified === false || claims.email_verified === 'false'
  const mail = isUnverified ? undefined : textOf(claims.email)
  const known = [claims.name, claims.given_name && claims.family_name && `${claims.given_name} ${claims.family_name}`]
  const name = [...known, claims.preferred_username, claims.email, subject].map(textOf).find((one) => one !== undefined)
  return {
    subject,
    name: name ?? 'unknown',
    mail: mail?.includes('@') ? mail.toLowerCase() : undefined,
    // An unverified address must not select an identity, since anybody may have entered it.
    identity:
      names.identity === undefined || (names.identity === 'email' && isUnverified)
        ? undefined
        : textOf(claimOf(claims, names.identity)),
    groups: groupsOf(claimOf(claims, names.groups)),
    leavesGroupsOut: isObject(claims._claim_names) && names.groups in claims._claim_names,
  }
}

/** Whether the claims have everything that is needed, so that the userinfo endpoint need not be called. */
export function areComplete(claims: Claims, names: ClaimNames): boolean {
  const wanted = [names.groups, ...(names.identity === undefined ? [] : [names.identity])]
  const hasName = claims.name !== undefined || claims.preferred_username !== undefined || claims.email !== undefined
  return hasName && wanted.every((name) => claimOf(claims, name) !== undefined)
}

function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  return name
    .split('.')
    .reduce<unknown>((from, part) => (isObject(from) && Object.hasOwn(from, part) ? from[part] : undefined), claims)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Groups are compared without any change, since otherwise `/sales` and `sales` would be the same group. */
function groupsOf(claim: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim]
  const texts = values.flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : []))
  const usable = texts.filter((text) => text !== '' && text.length <= longestGroup && !/\p{Cc}/u.test(text))
  return [...new Set(usable)].slice(0, mostGroups)
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
    .replace(/\p{Cc}+/gu, ' ')
    .toWellFormed()
    .trim()
    .slice(0, longestText)
    .toWellFormed()
  return text === '' ? undefined : text
}
