import { failedPrecondition, invalidArgument } from '@assay/errors'
import { inTenant, type Sql } from '@assay/store'
import { type ApiClientInit, checkClient, insertClient } from './api-clients.ts'

/** The issuer whose tokens replace a secret, and the claims that the tokens must have. */
export interface ClientTrust {
  /** The exact `iss` of the tokens. */
  readonly issuer: string
  /** The URL at which the issuer publishes its keys. */
  readonly jwksUrl: string
  /**
   * The accepted values of every required claim; a token needs one of each. A value that ends in `*` accepts all values with
   * that beginning.
   */
  readonly claims: Readonly<Record<string, readonly string[]>>
  /** The claim that has the id of the identity that the token acts for. Without it: the client's identity. */
  readonly identityClaim?: string
}

export interface FederatedClientInit extends ApiClientInit {
  readonly trust: Omit<ClientTrust, 'jwksUrl'> & {
    /** Default: read from the issuer once, now (OpenID Connect Discovery). */
    readonly jwksUrl?: string | undefined
  }
}

const mostClaims = 32
const longestText = 2_000
const discoveryTimeoutMs = 5_000

/**
 * Makes a client without a secret, which gets our tokens for tokens of an issuer that it trusts (workload federation). Errors:
 * invalid_argument for a dialect without such clients, and for a trust that is malformed or requires no claim;
 * failed_precondition if the issuer does not say where its keys are.
 */
export async function createFederatedClient(
  sql: Sql,
  init: FederatedClientInit,
): Promise<{ readonly clientId: string }> {
  const client = checkClient(init)
  const clientId = client.dialect.makeFederatedId?.(client.host)
  if (clientId === undefined)
    throw invalidArgument('dialect', `clients of the dialect ${client.dialect.name} cannot trust an issuer`)
  const trust = checkTrust(init.trust)
  const jwksUrl = init.trust.jwksUrl ?? (await discoverKeys(trust.issuer))
  if (!isWebUrl(jwksUrl)) throw invalidArgument('jwks_url', 'must be an http or https URL')
  await insertClient(sql, client, { clientId, secretHash: null, publicKey: null }, (tenantSql) => [
    tenantSql`
      insert into client_trusts (tenant_id, client_id, issuer, jwks_url, claims, identity_claim)
      values (${init.tenantId}, ${clientId}, ${trust.issuer}, ${jwksUrl}, ${JSON.stringify(trust.claims)}::text::jsonb,
        ${trust.identityClaim ?? null})`,
  ])
  return { clientId }
}

function checkTrust({ issuer, claims, identityClaim }: FederatedClientInit['trust']) {
  if (!isWebUrl(issuer)) throw invalidArgument('issuer', 'must be the http or https URL that its tokens carry as "iss"')
  const entries = Object.entries(claims)
  if (entries.length === 0 || entries.length > mostClaims) {
    throw invalidArgument(
      'claims',
      `must name 1 to ${mostClaims} claims: without one, every token of the issuer would be accepted`,
    )
  }
  for (const [name, values] of entries) {
    if (name === '' || values.length === 0) throw invalidArgument('claims', 'must give every claim a name and a value')
    if (values.some((value) => value === '' || value === '*' || value.length > longestText)) {
      throw invalidArgument(
        'claims',
        `"${name}" must have values of 1 to ${longestText} characters; "*" alone accepts every token`,
      )
    }
  }
  if (identityClaim === '') throw invalidArgument('identity_claim', 'must be the name of a claim')
  return { issuer, claims, identityClaim }
}

function isWebUrl(text: string): boolean {
  return text.length <= longestText && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

async function discoverKeys(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(discoveryTimeoutMs), redirect: 'error' })
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    const { issuer: named, jwks_uri: jwksUrl } = (await answer.json()) as Record<string, unknown>
    if (named !== issuer) throw new Error(`the document is about the issuer "${named}"`)
    if (typeof jwksUrl !== 'string') throw new Error('the document has no jwks_uri')
    return jwksUrl
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw failedPrecondition(`${address} does not say where the keys are (${why}); give the JWKS URL`, {
      cause: error,
    })
  }
}

/** The trust of a client; undefined for a client that has a secret. */
export async function findClientTrust(sql: Sql, tenantId: number, clientId: string): Promise<ClientTrust | undefined> {
  const [row] = await inTenant(
    sql,
    tenantId,
    (tenantSql) => tenantSql<(Omit<ClientTrust, 'identityClaim'> & { identityClaim: string | null })[]>`
      select issuer, jwks_url as "jwksUrl", claims, identity_claim as "identityClaim"
      from client_trusts where tenant_id = ${tenantId} and client_id = ${clientId}`,
  )
  if (row === undefined) return undefined
  const { identityClaim, ...trust } = row
  return identityClaim === null ? trust : { ...trust, identityClaim }
}
