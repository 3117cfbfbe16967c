import { invalidArgument, notFound } from '@assay/errors'
import { inTenant, type Sql, withDomainErrors } from '@assay/store'
import { type Credentials, makeCredentials } from './client-credentials.ts'
import { type Dialect, dialects, type Principal, type Role, roles } from './principal.ts'

export interface ApiClientInit {
  readonly tenantId: number
  readonly dialect: Dialect
  readonly role: Role
  readonly displayName: string
  /** The identity that the client acts for; without it the client acts for itself. */
  readonly identityId?: string
  /** Host, and port if not 443, that C1's Go client reads out of the client id. Default `127.0.0.1:8080`. */
  readonly host?: string
}

/** An API client without its secret, which nobody can read back. */
export interface ApiClient {
  readonly clientId: string
  readonly dialect: Dialect
  readonly role: Role
  readonly displayName: string
  readonly identityId: string | undefined
  readonly createdAt: Date
  readonly revokedAt: Date | undefined
}

/**
 * Makes a client and its secret, which is returned here and never again: the database keeps a hash. Works as the owner
 * and as a service. Errors: invalid_argument for an empty or too long name, an unknown role or dialect.
 */
export async function createApiClient(
  sql: Sql,
  init: ApiClientInit,
): Promise<{ readonly clientId: string; readonly clientSecret: string }> {
  const { tenantId, dialect, role, identityId } = init
  const displayName = init.displayName.trim()
  if (displayName === '' || displayName.length > 200)
    throw invalidArgument('display_name', 'must have 1 to 200 characters')
  if (!dialects.includes(dialect)) throw invalidArgument('dialect', `must be one of ${dialects.join(', ')}`)
  if (!roles.includes(role)) throw invalidArgument('role', `must be one of ${roles.join(', ')}`)
  const credentials = makeCredentials(dialect, init.host ?? '127.0.0.1:8080')
  await inTenant(
    sql,
    tenantId,
    (tenantSql) => tenantSql`
      insert into api_clients (tenant_id, client_id, dialect, role, display_name, identity_id, secret_hash, public_key)
      values (${tenantId}, ${credentials.clientId}, ${dialect}, ${role}, ${displayName}, ${identityId ?? null},
        ${credentials.secretHash}, ${publicKeyText(credentials)}::text::jsonb)`,
    { constraints: { api_clients_tenant_id_fkey: () => notFound('tenant', String(tenantId)) } },
  )
  return { clientId: credentials.clientId, clientSecret: credentials.clientSecret }
}

function publicKeyText({ publicKey }: Credentials): string | null {
  return publicKey === undefined ? null : JSON.stringify(publicKey)
}

/** The tenant's clients, oldest first, revoked ones included. */
export async function listApiClients(sql: Sql, tenantId: number): Promise<ApiClient[]> {
  const rows = await inTenant(
    sql,
    tenantId,
    (tenantSql) => tenantSql<
      (Omit<ApiClient, 'identityId' | 'revokedAt'> & { identityId: string | null; revokedAt: Date | null })[]
    >`
      select client_id as "clientId", dialect, role, display_name as "displayName", identity_id as "identityId",
        created_at as "createdAt", revoked_at as "revokedAt"
      from api_clients where tenant_id = ${tenantId} order by created_at, client_id`,
  )
  return rows.map((row) => ({
    ...row,
    identityId: row.identityId ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
  }))
}

/**
 * The client gets no token from now on, and tokens that it holds stop working within a minute. Twice is once.
 * Errors: not_found, also for a client of another tenant.
 */
export async function revokeApiClient(sql: Sql, tenantId: number, clientId: string): Promise<void> {
  const revoked = await inTenant(
    sql,
    tenantId,
    (tenantSql) => tenantSql`
      update api_clients set revoked_at = coalesce(revoked_at, now())
      where tenant_id = ${tenantId} and client_id = ${clientId}`,
  )
  if (revoked.count === 0) throw notFound('API client', clientId)
}

/** A client that may log in, with what proves it. */
export interface LoginClient {
  readonly principal: Principal
  readonly secretHash: Uint8Array
}

/** Looks a client up by the id that somebody presents, before any tenant is known. Undefined: none, or revoked. */
export async function findLoginClient(sql: Sql, clientId: string): Promise<LoginClient | undefined> {
  const [row] = await withDomainErrors(sql<
    {
      tenantId: number
      tenant: string
      clientId: string
      dialect: Dialect
      role: Role
      displayName: string
      identityId: string | null
      secretHash: Uint8Array
    }[]
  >`
    select tenant_id as "tenantId", tenant, client_id as "clientId", dialect, role, display_name as "displayName",
      identity_id as "identityId", secret_hash as "secretHash"
    from api_client_by_id(${clientId})`)
  if (row === undefined) return undefined
  const { secretHash, ...principal } = row
  return { principal: { ...principal, identityId: row.identityId ?? row.clientId }, secretHash }
}
