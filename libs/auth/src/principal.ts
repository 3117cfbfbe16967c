import type { Right } from './rights.ts'
import type { Role } from './roles.ts'

/** A person who signed in by an issuer of their organisation. */
export interface Person {
  readonly issuer: string
  /** The issuer's permanent id of the person. */
  readonly subject: string
  readonly name: string
}

/** The caller: an API client of one tenant, acting for an identity or for itself, or a person who signed in. */
export interface Principal {
  readonly tenantId: number
  /** The tenant's name. */
  readonly tenant: string
  /** The client id; for a person `person-<uuid>`. */
  readonly clientId: string
  /** Undefined if the caller did not sign in by an issuer: an API client, or somebody with the link of one. */
  readonly person?: Person
  /** The identity that the caller acts for. If the client acts for itself: `userIdOfClient` of its id. */
  readonly identityId: string
  readonly displayName: string
  /** The name of the dialect that the client was made for, see `ClientDialect`. */
  readonly dialect: string
  readonly role: Role
  /** The scopes of the client's tokens, which limit its role; undefined: only the role limits them. */
  readonly scopes?: readonly string[]
  /** The id of the scope that limits which people the caller sees; undefined: all people of the tenant. */
  readonly readerScope?: string
  /**
   * For a person whose groups have several roles: the scope for calls that need a right, if it differs from `readerScope`; null
   * for no scope. See `callerFor`.
   */
  readonly readerScopes?: Readonly<Partial<Record<Right, string | null>>>
  /**
   * Whether a tool of MCP makes the call, which first shows a preview and asks. The gateway sets it; no access token contains
   * it.
   */
  readonly byTool?: true
}
