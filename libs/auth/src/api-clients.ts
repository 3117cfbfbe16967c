import type { JsonWebKey } from 'node:crypto'
import { invalidArgument, notFound } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { inTenant, type Sql, type TenantSql, withDomainErrors } from '@assay/store'
import type { ClientDialect } from './client-dialect.ts'
import { hashSecret } from './client-secrets.ts'
import { userIdOfClient } from './client-user.ts'
import { checkAddress } from './hosts.ts'
import type { Principal } from './principal.ts'
import { type Role, roles } from './roles.ts'

export interface ApiClientInit {
  readonly tenantId: number
  readonly dialect: ClientDialect
  readonly role: Role
  readonly displayName: string
  /** The identity that the client acts for; without it the client acts for itself. */
  readonly identityId?: string
  /** Only for a dialect with scopes. Without scopes only the role counts. */
  readonly scopes?: readonly string[]
  /**
   * The host, and the port if it is not 443, at which the client reaches us; some client ids contain it. Default
   * `127.0.0.1:8080`.
   */
  readonly host?: string
}

/** An API client without its secret, which cannot be read back. */
export interface ApiClient {
  readonly clientId: string
  /** The dialect's name. */
  readonly dialect: string
  readonly role: Role
  readonly displayName: string
  readonly identityId: string | undefined
  /** Undefined: only the role counts. */
  readonly scopes: readonly string[] | undefined
  /** The issuer whose tokens it presents instead of a secret; undefined for a client that has a secret. */
  readonly trustedIssuer: string | undefined
  /** The scope that limits which people it sees; undefined: it sees everybody. */
  readonly readerScope: string | undefined
  readonly createdAt: Date
  readonly revokedAt: Date | undefined
}

/**
 * Makes a client and its secret. The secret is returned only here; the database stores its hash. Works as the owner and as a
 * service. Errors: invalid_argument for an empty or too long name, an unknown role, scopes that the dialect does not have, an
 * invalid host.
 */
export async function createApiClient(
  sql: Sql,
  init: ApiClientInit,
): Promise<{ readonly clientId: string; readonly clientSecret: string }> {
  const client = checkClient(init)
  const { clientId, clientSecret, publicKey } = client.dialect.makeCredentials(client.host)
  await insertClient(sql, client, { clientId, secretHash: hashSecret(clientSecret), publicKey: publicKey ?? null })
  return { clientId, clientSecret }
}

/** A client whose fields were checked. */
type CheckedClient = ApiClientInit & Required<Pick<ApiClientInit, 'host'>>

export function checkClient(init: ApiClientInit): CheckedClient {
  const { role } = init
  const displayName = init.displayName.trim()
  if (displayName === '' || [...displayName].length > 200)
    throw invalidArgument('display_name', 'must have 1 to 200 characters')
  if (!roles.includes(role)) throw invalidArgument('role', `must be one of ${roles.join(', ')}`)
  checkScopes(init)
  return { ...init, displayName, host: checkAddress(init.host ?? '127.0.0.1:8080') }
}

/** @throws invalid_argument for scopes of a client whose dialect has none, for an unknown scope, and for an empty list */
function checkScopes({ dialect, scopes }: Pick<ApiClientInit, 'dialect' | 'scopes'>): void {
  if (scopes === undefined) return
  const known = dialect.scopes?.known
  if (known === undefined) throw invalidArgument('scopes', `clients of the dialect ${dialect.name} have no scopes`)
  if (scopes.length === 0) throw invalidArgument('scopes', `must be some of ${known.join(', ')}`)
  const unknown = scopes.find((scope) => !known.includes(scope))
  if (unknown !== undefined) throw invalidArgument('scopes', `"${unknown}" is none of ${known.join(', ')}`)
}

/** The stored proof of a client; a federated client has neither a secret nor a key. */
interface Proof {
  readonly clientId: string
  readonly secretHash: Uint8Array | null
  readonly publicKey: JsonWebKey | null
}

/** Writes a client, and runs `andAlso` in the same transaction. Errors: not_found for the tenant. */
export async function insertClient(
  sql: Sql,
  client: CheckedClient,
  proof: Proof,
  andAlso: (tenantSql: TenantSql) => PromiseLike<unknown>[] = () => [],
): Promise<void> {
  const { tenantId } = client
  await inTenant(sql, tenantId, (tenantSql) => writeClient(tenantSql, client, proof, andAlso), {
    constraints: { api_clients_tenant_id_fkey: () => notFound('tenant', String(tenantId)) },
  })
}

async function writeClient(
  sql: TenantSql,
  { dialect, role, displayName, identityId, scopes }: CheckedClient,
  { clientId, secretHash, publicKey }: Proof,
  andAlso: (tenantSql: TenantSql) => PromiseLike<unknown>[] = () => [],
): Promise<void> {
  await sql`
    select make_client(${clientId}, ${dialect.name}, ${role}, ${displayName}, ${identityId ?? null},
      ${scopes === undefined ? null : [...scopes]}::text[], ${secretHash}, ${publicKey && JSON.stringify(publicKey)}::text::jsonb)`
  await Promise.all(andAlso(sql))
  await recordEntry(sql, {
    kind: 'client.create',
    subject: { type: 'client', id: clientId },
    after: { dialect: dialect.name, role, displayName, scopes },
    ...(identityId !== undefined && { people: [identityId] }),
  })
}

/** Like `createApiClient`, in the transaction of the caller. */
export async function createClientOfTenant(
  sql: TenantSql,
  init: ApiClientInit,
): Promise<{ readonly clientId: string; readonly clientSecret: string }> {
  const client = checkClient(init)
  const { clientId, clientSecret, publicKey } = client.dialect.makeCredentials(client.host)
  await writeClient(sql, client, { clientId, secretHash: hashSecret(clientSecret), publicKey: publicKey ?? null })
  return { clientId, clientSecret }
}

/** The tenant's clients, oldest first, including revoked ones. */
export async function listApiClients(sql: Sql, tenantId: number): Promise<ApiClient[]> {
  const { clients } = await inTenant(sql, tenantId, (tenantSql) => pageOfClients(tenantSql, { size: undefined }))
  return clients
}

/** The position at which a page of clients ends. The time has its full precision. */
export type ClientPosition = readonly [createdAt: string, clientId: string]

/** The clients of the tenant in scope, oldest first, including revoked ones; all of them without `size`. */
export async function pageOfClients(
  sql: TenantSql,
  { size, after }: { readonly size: number | undefined; readonly after?: ClientPosition | undefined },
): Promise<{ readonly clients: ApiClient[]; readonly last: ClientPosition | undefined }> {
  const rows = await sql<(ClientRow & { position: string })[]>`
    select ${clientColumns(sql)}, created_at::text as position from clients_of_tenant()
    ${after === undefined ? sql`` : sql`where (created_at, client_id) > (${after[0]}::text::timestamptz, ${after[1]})`}
    order by created_at, client_id ${size === undefined ? sql`` : sql`limit ${size + 1}`}`
  const shown = size === undefined ? rows : rows.slice(0, size)
  const end = rows.length > shown.length ? shown.at(-1) : undefined
  return {
    clients: shown.map(({ position: _, ...row }) => clientOfRow(row)),
    last: end && [end.position, end.clientId],
  }
}

function clientColumns(sql: TenantSql) {
  return sql`client_id as "clientId", dialect, role, display_name as "displayName", identity_id as "identityId", scopes,
    trusted_issuer as "trustedIssuer", reader_scope_id as "readerScope", created_at as "createdAt",
    revoked_at as "revokedAt"`
}

/** The row of the database: null where a member is absent. */
type ClientRow = {
  [Key in keyof ApiClient]: undefined extends ApiClient[Key] ? NonNullable<ApiClient[Key]> | null : ApiClient[Key]
}

function clientOfRow(row: ClientRow): ApiClient {
  return {
    ...row,
    identityId: row.identityId ?? undefined,
    scopes: row.scopes ?? undefined,
    trustedIssuer: row.trustedIssuer ?? undefined,
    readerScope: row.readerScope ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
  }
}

/** One client of the tenant in scope. @throws not_found */
export async function getApiClient(sql: TenantSql, clientId: string): Promise<ApiClient> {
  const [row] = await sql<
    ClientRow[]
  >`select ${clientColumns(sql)} from clients_of_tenant() where client_id = ${clientId}`
  if (row === undefined) throw notFound('API client', clientId)
  return clientOfRow(row)
}

/**
 * The client gets no token from now on, and its present tokens stop working within a minute. Calling it twice has the same
 * effect as calling it once. Errors: not_found, also for a client of another tenant.
 */
export async function revokeApiClient(sql: Sql, tenantId: number, clientId: string): Promise<void> {
  await inTenant(sql, tenantId, (tenantSql) => revokeClientOfTenant(tenantSql, clientId))
}

/** Like `revokeApiClient`, in the transaction of the caller. */
export async function revokeClientOfTenant(sql: TenantSql, clientId: string): Promise<void> {
  const [row] = await sql<{ revoked: boolean | null }[]>`select revoke_client(${clientId}) as revoked`
  if (row?.revoked == null) throw notFound('API client', clientId)
  if (row.revoked) await recordEntry(sql, { kind: 'client.revoke', subject: { type: 'client', id: clientId } })
}

/**
 * Locks a client that exists and is not revoked until the transaction ends. `readerScope`: its scope.
 * @throws not_found
 */
export async function lockApiClient(
  sql: TenantSql,
  clientId: string,
): Promise<{ readonly readerScope: string | undefined }> {
  const [client] = await sql<{ readerScope: string | null }[]>`
    select reader_scope_id as "readerScope" from hold_client(${clientId})`
  if (client === undefined) throw notFound('API client', clientId)
  return { readerScope: client.readerScope ?? undefined }
}

/**
 * Sets or removes the scope that limits which people a client sees. It takes effect within a minute for issued tokens, and
 * within ten seconds for sessions of the console. Undefined: the client sees everybody.
 */
export async function bindApiClient(sql: TenantSql, clientId: string, readerScope: string | undefined): Promise<void> {
  await sql`select bind_client(${clientId}, ${readerScope ?? null})`
}

/** A client that may log in, with its stored proof. */
export interface LoginClient {
  readonly principal: Principal
  /** Undefined: the client has no secret, because it presents tokens of an issuer. */
  readonly secretHash: Uint8Array | undefined
  /** The public half of the secret, if the secret is a key. */
  readonly publicKey: JsonWebKey | undefined
}

/** Finds a client by the id that a caller presents, before the tenant is known. Undefined if it does not exist or is revoked. */
export async function findLoginClient(sql: Sql, clientId: string): Promise<LoginClient | undefined> {
  // Text of Postgres cannot contain U+0000, so no client has such an id.
  if (clientId.includes('\0')) return undefined
  const [row] = await withDomainErrors(sql<
    {
      tenantId: number
      tenant: string
      clientId: string
      dialect: string
      role: Role
      displayName: string
      identityId: string | null
      secretHash: Uint8Array | null
      publicKey: JsonWebKey | null
      scopes: string[] | null
      readerScope: string | null
    }[]
  >`
    select tenant_id as "tenantId", tenant, client_id as "clientId", dialect, role, display_name as "displayName",
      identity_id as "identityId", secret_hash as "secretHash", public_key as "publicKey", scopes,
      reader_scope_id as "readerScope"
    from api_client_by_id(${clientId})`)
  if (row === undefined) return undefined
  const { secretHash, publicKey, scopes, readerScope, ...principal } = row
  return {
    principal: {
      ...principal,
      identityId: row.identityId ?? userIdOfClient(row.clientId),
      ...(scopes !== null && { scopes }),
      ...(readerScope !== null && { readerScope }),
    },
    secretHash: secretHash ?? undefined,
    publicKey: publicKey ?? undefined,
  }
}
