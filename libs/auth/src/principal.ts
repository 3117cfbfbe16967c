/** What a client may do, see `hasRight`. */
export type Role = 'admin' | 'role-miner' | 'reviewer' | 'auditor'

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
  /** The name of the dialect that the client was made for, see `ClientDialect`. */
  readonly dialect: string
  readonly role: Role
  /** What the client's tokens are limited to within its role; undefined: no limit but the role. */
  readonly scopes?: readonly string[]
  /** The scope that bounds whom the client sees, by its id; undefined: it sees all of its tenant. */
  readonly readerScope?: string
}
