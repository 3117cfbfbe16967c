import type { Right } from './rights.ts'
import type { Role } from './roles.ts'

/** Somebody who signed in by an issuer of their organisation. */
export interface Person {
  readonly issuer: string
  /** As the issuer names the person, for ever. */
  readonly subject: string
  readonly name: string
}

/** Who makes a call: an API client of one tenant, acting for an identity or for itself, or a person who signed in. */
export interface Principal {
  readonly tenantId: number
  /** The tenant's name. */
  readonly tenant: string
  /** Of a person `person-<uuid>`. */
  readonly clientId: string
  /** Undefined: no person signed in by an issuer; an API client calls, or somebody by the link of one. */
  readonly person?: Person
  /** The identity acted for; where the client acts for itself, `userIdOfClient` of its id. */
  readonly identityId: string
  readonly displayName: string
  /** The name of the dialect that the client was made for, see `ClientDialect`. */
  readonly dialect: string
  readonly role: Role
  /** What the client's tokens are limited to within its role; undefined: no limit but the role. */
  readonly scopes?: readonly string[]
  /** The scope that bounds whom the client sees, by its id; undefined: it sees all of its tenant. */
  readonly readerScope?: string
  /**
   * Of a person whose groups give several roles: the scope for calls that need a right, where it is another than `readerScope`; null
   * for no scope. See `callerFor`.
   */
  readonly readerScopes?: Readonly<Partial<Record<Right, string | null>>>
  /** The call is made by a tool of MCP, which shows what it is about to do and asks first. No token carries it: the gateway sets it. */
  readonly byTool?: true
}
