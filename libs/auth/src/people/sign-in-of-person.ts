import { randomUUID } from 'node:crypto'
import { inTenant, requireActiveTenant, type Sql, type TenantSql } from '@assay/store'
import { hashSecret } from '../client-secrets.ts'
import type { Principal } from '../principal.ts'
import type { IssuerOfSignIn } from './issuers.ts'
import { type AccessData, personId, personWithAccess, principalOfPerson } from './person-principal.ts'
import type { SealedTexts } from './sealing.ts'

/** The data of a person from an issuer. */
interface PersonOfIssuer {
  readonly subject: string
  readonly name: string
  readonly mail: string | undefined
  /** The value of the issuer's identity claim. */
  readonly identity: string | undefined
  readonly groups: readonly string[]
}

export interface IssuerAnswer {
  readonly person: PersonOfIssuer
  readonly refreshToken: string | undefined
  readonly idToken: string | undefined
}

/** How long the issuer's answer is valid: a person who was removed there is out by then. */
export const readCountsSeconds = 15 * 60
const storedGroups = 200
const sessionsOfPerson = 20
/** Some issuers put all their data into the id token. Longer ones are not stored; they only make signing out more convenient. */
const longestIdToken = 8_192

export interface SignInTools {
  readonly sql: Sql
  readonly sealed: SealedTexts
  readonly accessData: AccessData
}

/**
 * Begins a session of a person whom an issuer authenticated, with the access that is given to the person.
 * @param lastsSeconds the duration of a session that can be read again; without a refresh token, a session ends when the
 * issuer's answer is too old
 * @throws permission_denied (NO_ACCESS, ACCESS_REVOKED, SCOPES_DIFFER, TENANT_SUSPENDED); then nothing is stored, except
 * perhaps the person
 */
export async function beginSessionOfPerson(
  { sql, sealed, accessData }: SignInTools,
  issuer: IssuerOfSignIn,
  { person, refreshToken, idToken }: IssuerAnswer,
  { sessionId, lastsSeconds }: { readonly sessionId: string; readonly lastsSeconds: number },
): Promise<Principal> {
  const tenant = { tenantId: issuer.tenantId, name: issuer.tenant }
  const { tenantId } = tenant
  await requireActiveTenant(sql, tenant)
  const id = personId(tenantId, issuer.id, person.subject)
  const identityId = await identityOf(accessData, issuer, person)
  // For a person without access the transaction is rolled back, so nothing is stored.
  const known = await inTenant(sql, tenantId, async (tenantSql) => {
    await putPerson(tenantSql, tenantId, issuer.id, id, { ...person, identityId })
    await tenantSql`update console_people set signed_in_at = now() where tenant_id = ${tenantId} and id = ${id}`
    return await personWithAccess(tenantSql, tenantId, id)
  })
  const principal = await principalOfPerson(accessData, tenant, known)
  const name = randomUUID()
  const [sealedRefresh, sealedId] = await Promise.all([
    refreshToken === undefined ? null : sealed.seal(refreshName(name), refreshToken),
    idToken === undefined || idToken.length > longestIdToken ? null : sealed.seal(idTokenName(name), idToken),
  ])
  const seconds = refreshToken === undefined ? Math.min(readCountsSeconds, lastsSeconds) : lastsSeconds
  await inTenant(sql, tenantId, async (tenantSql) => {
    await tenantSql`
      delete from console_sessions where tenant_id = ${tenantId} and person_id = ${id} and id_hash not in (
        select id_hash from console_sessions where tenant_id = ${tenantId} and person_id = ${id}
        order by signed_in_at desc limit ${sessionsOfPerson - 1})`
    await tenantSql`
      insert into console_sessions (tenant_id, id_hash, name, person_id, ends_at, refresh_token, id_token)
      values (${tenantId}, ${hashSecret(sessionId)}, ${name}, ${id}, now() + make_interval(secs => ${seconds}),
        ${sealedRefresh && JSON.stringify(sealedRefresh)}::text::jsonb, ${sealedId && JSON.stringify(sealedId)}::text::jsonb)`
  })
  return principal
}

/** The names under which the tokens of a session are sealed. */
export const refreshName = (session: string) => `refresh token of ${session}`
export const idTokenName = (session: string) => `id token of ${session}`

/** The identity that a person is, by the issuer's claim; undefined if none. */
export function identityOf(
  accessData: Pick<AccessData, 'identityNamedBy'>,
  { tenantId, identityClaim, identityBy }: IssuerOfSignIn,
  { identity }: PersonOfIssuer,
): Promise<string | undefined> {
  if (identityClaim === undefined || identity === undefined) return Promise.resolve(undefined)
  return accessData.identityNamedBy(tenantId, identityBy, identity)
}

/** Stores the issuer's data. If there are many groups, those with access are stored first. */
export async function putPerson(
  sql: TenantSql,
  tenantId: number,
  issuerId: string,
  id: string,
  {
    subject,
    name,
    mail,
    identityId,
    groups,
  }: Omit<PersonOfIssuer, 'identity'> & { readonly identityId: string | undefined },
): Promise<void> {
  const given = await sql<{ value: string }[]>`
    select value from access_of_people
    where tenant_id = ${tenantId} and issuer_id = ${issuerId} and kind = 'group' and value = any (${[...groups]}::text[])`
  const stored = [...new Set([...given.map(({ value }) => value), ...groups])].slice(
    0,
    Math.max(storedGroups, given.length),
  )
  await sql`
    insert into console_people (tenant_id, id, issuer_id, subject, display_name, mail, identity_id, groups)
    values (${tenantId}, ${id}, ${issuerId}, ${subject}, ${name}, ${mail ?? null}, ${identityId ?? null}, ${stored}::text[])
    on conflict (tenant_id, id) do update set display_name = excluded.display_name, mail = excluded.mail,
      identity_id = excluded.identity_id, groups = excluded.groups, read_at = now()`
}
