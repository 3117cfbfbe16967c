/** The API family a client was made for; its credentials, token lifetime and error forms differ. */
export type Dialect = 'c1' | 'sailpoint'

/** What a client may do, see `hasRight`. */
export type Role = 'admin' | 'role-miner' | 'reviewer' | 'auditor'

export const dialects: readonly Dialect[] = ['c1', 'sailpoint']
export const roles: readonly Role[] = ['admin', 'role-miner', 'reviewer', 'auditor']

/** Who makes a call: an API client of one tenant, acting for an identity or for itself. */
export interface Principal {
  readonly tenantId: number
  /** The tenant's name. */
  readonly tenant: string
  readonly clientId: string
  /** The identity acted for; where the client acts for itself, `userIdOfClient` of its id. */
  readonly identityId: string
  readonly displayName: string
  readonly dialect: Dialect
  readonly role: Role
  /** What the client's tokens are limited to within its role; undefined: `sp:scopes:all`, no limit but the role. */
  readonly scopes?: readonly string[]
}
