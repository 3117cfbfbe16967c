import { createHash } from 'node:crypto'
import { alreadyExists, invalidArgument, notFound } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { type Sql, type TenantSql, withDomainErrors } from '@assay/store'
import type { FlattenedJWE } from 'jose'
import { sealForGateways } from './sealing.ts'

/** An issuer with which people of a tenant sign in, without its secret. */
export interface SignInIssuer {
  readonly id: string
  /** On the button: "Sign in with ...". */
  readonly displayName: string
  /** The issuer in its tokens (`iss`). */
  readonly issuer: string
  readonly clientId: string
  /** Requested in addition to openid, profile, email and offline_access. */
  readonly scopes: readonly string[]
  readonly groupsClaim: string
  /** Undefined: people are not linked to identities of the access data. */
  readonly identityClaim: string | undefined
  /** What the claim contains of an identity. */
  readonly identityBy: 'id' | 'mail'
  /** A text that says whom to ask for access; may be empty. */
  readonly contact: string
  readonly createdAt: Date
}

type SignInIssuerInit = Omit<SignInIssuer, 'id' | 'createdAt'> & {
  /** Undefined: the client has no secret and uses only PKCE. */
  readonly clientSecret: string | undefined
}

const mostIssuers = 20
const longestText = 200
const longestAddress = 1000
const longestSecret = 1000
const mostScopes = 20

/** The id of an issuer. The redirect address contains it, so it can be computed before the issuer is created. */
export function issuerId(tenantId: number, issuer: string): string {
  return createHash('sha256').update(`${tenantId}\n${issuer}`).digest('hex').slice(0, 16)
}

/**
 * Creates an issuer in the caller's transaction, with an entry in the ledger. Works as the owner of the database and as a
 * service.
 * @throws invalid_argument, also for more than 20; already_exists for an issuer that the tenant has; failed_precondition for a
 * secret before a gateway has started
 */
export async function createIssuer(sql: TenantSql, tenantId: number, init: SignInIssuerInit): Promise<SignInIssuer> {
  const { clientSecret, ...checked } = checkIssuer(init)
  const id = issuerId(tenantId, checked.issuer)
  const before = await listIssuers(sql, tenantId)
  if (before.some((one) => one.id === id))
    throw alreadyExists(`${checked.issuer} is an issuer of this tenant already; remove it first`)
  if (before.length >= mostIssuers) throw invalidArgument('issuer', `a tenant has at most ${mostIssuers} issuers`)
  const sealed = clientSecret === undefined ? null : await sealForGateways(sql, secretName(id), clientSecret)
  const { displayName, issuer, clientId, scopes, groupsClaim, identityClaim, identityBy, contact } = checked
  await sql`
    insert into sign_in_issuers (tenant_id, id, display_name, issuer, client_id, client_secret, scopes, groups_claim,
      identity_claim, identity_by, contact)
    values (${tenantId}, ${id}, ${displayName}, ${issuer}, ${clientId}, ${sealed && JSON.stringify(sealed)}::text::jsonb,
      ${[...scopes]}::text[], ${groupsClaim}, ${identityClaim ?? null}, ${identityBy}, ${contact})`
  await recordEntry(sql, {
    kind: 'issuer.create',
    subject: { type: 'issuer', id },
    after: { displayName, issuer, clientId, scopes, groupsClaim, identityClaim, identityBy, contact },
  })
  return await getIssuer(sql, tenantId, id)
}

/** The issuers of a tenant, oldest first. Works as the owner of the database and as a service. */
export async function listIssuers(sql: TenantSql, tenantId: number): Promise<SignInIssuer[]> {
  const rows = await sql<Nullable<SignInIssuer>[]>`
    select ${columns(sql)} from sign_in_issuers where tenant_id = ${tenantId} order by created_at, id`
  return rows.map(fromRow)
}

/** @throws not_found */
export async function getIssuer(sql: TenantSql, tenantId: number, id: string): Promise<SignInIssuer> {
  const [row] = await sql<Nullable<SignInIssuer>[]>`
    select ${columns(sql)} from sign_in_issuers where tenant_id = ${tenantId} and id = ${id}`
  if (row === undefined) throw notFound('issuer', id)
  return fromRow(row)
}

/**
 * Deletes an issuer with the access of its groups, its people and their sessions, which end within ten seconds.
 * @throws not_found
 */
export async function deleteIssuer(sql: TenantSql, tenantId: number, id: string): Promise<void> {
  const { displayName, issuer, clientId } = await getIssuer(sql, tenantId, id)
  await sql`delete from sign_in_issuers where tenant_id = ${tenantId} and id = ${id}`
  await recordEntry(sql, {
    kind: 'issuer.delete',
    subject: { type: 'issuer', id },
    before: { displayName, issuer, clientId },
  })
}

/** An issuer with its sealed secret, for a gateway. */
export interface IssuerOfSignIn extends Omit<SignInIssuer, 'createdAt'> {
  readonly tenantId: number
  readonly tenant: string
  readonly clientSecret: FlattenedJWE | undefined
}

/** Finds an issuer before the tenant is known, for gateways. Undefined if there is none. */
export async function findIssuer(sql: Sql, id: string): Promise<IssuerOfSignIn | undefined> {
  if (!/^[0-9a-f]{16}$/.test(id)) return undefined
  const [row] = await withDomainErrors(sql<Nullable<IssuerOfSignIn>[]>`
    select tenant_id as "tenantId", tenant, id, display_name as "displayName", issuer, client_id as "clientId",
      client_secret as "clientSecret", scopes, groups_claim as "groupsClaim", identity_claim as "identityClaim",
      identity_by as "identityBy", contact
    from sign_in_issuer_by_id(${id})`)
  return row && { ...row, identityClaim: row.identityClaim ?? undefined, clientSecret: row.clientSecret ?? undefined }
}

/** The name under which a client secret is sealed. */
export function secretName(issuer: string): string {
  return `client secret of ${issuer}`
}

type Nullable<Row> = { [Key in keyof Row]: undefined extends Row[Key] ? NonNullable<Row[Key]> | null : Row[Key] }

function columns(sql: TenantSql) {
  return sql`id, display_name as "displayName", issuer, client_id as "clientId", scopes, groups_claim as "groupsClaim",
    identity_claim as "identityClaim", identity_by as "identityBy", contact, created_at as "createdAt"`
}

function fromRow(row: Nullable<SignInIssuer>): SignInIssuer {
  return { ...row, identityClaim: row.identityClaim ?? undefined }
}

function checkIssuer(init: SignInIssuerInit): SignInIssuerInit {
  const { issuer, identityClaim, identityBy, clientSecret, scopes } = init
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  const isPlain =
    url !== undefined && /^https?:$/.test(url.protocol) && `${url.search}${url.hash}${url.username}` === ''
  if (!isPlain || issuer.length > longestAddress)
    throw invalidArgument(
      'issuer',
      'must be the https address that tokens name as "iss", such as https://login.example.com',
    )
  if (!['id', 'mail'].includes(identityBy)) throw invalidArgument('identity_by', 'must be id or mail')
  if (clientSecret !== undefined && (clientSecret.trim() === '' || clientSecret.length > longestSecret))
    throw invalidArgument(
      'client_secret',
      `must have 1 to ${longestSecret} characters; leave it out for a client without one`,
    )
  if (scopes.length > mostScopes || scopes.some((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(scope)))
    throw invalidArgument('scopes', `must be at most ${mostScopes} names without blanks, quotes and backslashes`)
  return {
    ...init,
    displayName: shortText('display_name', init.displayName, 1),
    clientId: shortText('client_id', init.clientId, 1),
    groupsClaim: shortText('groups_claim', init.groupsClaim, 1),
    identityClaim: identityClaim === undefined ? undefined : shortText('identity_claim', identityClaim, 1),
    contact: shortText('contact', init.contact, 0),
  }
}

function shortText(field: string, given: string, least: 0 | 1): string {
  const text = given.trim()
  if (text.length < least || text.length > longestText || /\p{Cc}/u.test(text))
    throw invalidArgument(field, `must have ${least} to ${longestText} characters, none of them a control character`)
  return text
}
