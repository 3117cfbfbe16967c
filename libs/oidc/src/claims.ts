import { OidcFault } from './oidc-fault.ts'

/** What an issuer says of somebody, by claims of its tokens and its userinfo endpoint. */
export type Claims = Readonly<Record<string, unknown>>

/** Which claims mean what. A name with dots that is no claim itself is a path into objects: `realm_access.roles`. */
export interface ClaimNames {
  readonly groups: string
  /** Names the identity of the access data that the person is; undefined: nobody is asked for. */
  readonly identity: string | undefined
}

/** Somebody, as an issuer knows them. Texts are trimmed, bounded and free of control characters. */
interface PersonClaims {
  readonly subject: string
  readonly name: string
  /** Mail address in lower case; undefined where there is none, or the issuer says that nobody has verified it. */
  readonly mail: string | undefined
  readonly identity: string | undefined
  readonly groups: readonly string[]
  /** The issuer has more groups than it puts into a token, and sent none (Entra does so beyond 200). */
  readonly leavesGroupsOut: boolean
}

const longestSubject = 255
const longestText = 200
const longestGroup = 256
const mostGroups = 1000

/** @throws OidcFault without a subject, which every token has */
export function personOfClaims(claims: Claims, names: ClaimNames): PersonClaims {
  const subject = claims.sub
  if (typeof subject !== 'string' || subject === '' || subject.length > longestSubject || subject.includes('\0'))
    throw new OidcFault(
      'MISCONFIGURED',
      'The issuer names somebody by a claim "sub" that is no text of 1 to 255 characters',
    )
  const isUnverified = claims.email_verified === false || claims.email_verified === 'false'
  const mail = isUnverified ? undefined : textOf(claims.email)
  const known = [claims.name, claims.given_name && claims.family_name && `${claims.given_name} ${claims.family_name}`]
  const name = [...known, claims.preferred_username, claims.email, subject].map(textOf).find((one) => one !== undefined)
  return {
    subject,
    name: name ?? 'unknown',
    mail: mail?.includes('@') ? mail.toLowerCase() : undefined,
    // Whoever may enter any mail address would be whoever has it.
    identity:
      names.identity === undefined || (names.identity === 'email' && isUnverified)
        ? undefined
        : textOf(claimOf(claims, names.identity)),
    groups: groupsOf(claimOf(claims, names.groups)),
    leavesGroupsOut: isObject(claims._claim_names) && names.groups in claims._claim_names,
  }
}

/** Whether the claims say all that is asked for, so that the userinfo endpoint need not be asked. */
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

/** A group is compared as it is: without that, `/sales` and `sales` of two providers would be one. */
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
