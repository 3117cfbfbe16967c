import { randomBytes, randomUUID } from 'node:crypto'
import type { ClientDialect, Principal } from '@assay/auth'
import { allScopes, knownScopes } from './scopes.ts'

/** Clients and tokens in the forms that SailPoint's SDKs and its command line accept. */
export const clients = {
  name: 'sailpoint',
  /** No SDK requests a second token. */
  tokenLifetimeSeconds: 43_200,
  makeCredentials: () => ({
    clientId: randomUUID().replaceAll('-', ''),
    clientSecret: randomBytes(32).toString('hex'),
  }),
  /** SailPoint's own tokens have `sp:scopes:default` when no scope was chosen; it allows only the list of public identities. */
  scopes: { known: knownScopes, unlimited: allScopes },
  /**
   * Claims that clients read from their tokens without verifying them: the command line shows `user_name` and `org`, editors
   * use `client_id` (contract section 3 lists the claims). `identity_id` is the id under which the client's work is shown, also
   * for a client that acts for itself. We read none of these claims.
   */
  claims: (principal, identityId) => ({
    scope: [...scopesOf(principal)],
    client_id: principal.clientId,
    tenant_id: String(principal.tenantId),
    org: principal.tenant,
    user_name: principal.displayName,
    identity_id: identityId,
  }),
} satisfies ClientDialect

/** The scopes of a client and its tokens: those with which it was made, otherwise `sp:scopes:all`. */
export function scopesOf(principal: Pick<Principal, 'scopes'>): readonly string[] {
  return principal.scopes ?? [allScopes]
}
