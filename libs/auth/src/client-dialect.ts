import type { JsonWebKey } from 'node:crypto'
import type { Principal } from './principal.ts'

/**
 * The requirements of an API for its clients and their tokens. The code that makes clients or issues tokens passes them in;
 * this library knows no API by name.
 */
export interface ClientDialect {
  /** Stored with every client: a lower case letter, then lower case letters, digits and hyphens, at most 32 characters. */
  readonly name: string
  readonly tokenLifetimeSeconds: number
  /** Makes credentials in the form that the clients accept. `host`: the address at which they reach us. */
  makeCredentials(host: string): NewCredentials
  /** Makes the id of a client without a secret, which presents tokens of an issuer. Undefined if the API has no such clients. */
  makeFederatedId?(host: string): string
  /** Undefined: clients have no scopes, and only their role counts. */
  readonly scopes?: ClientScopes
  /**
   * Additional members of a token that the API's clients read. They cannot replace our own members (`tid`, `role` and so on).
   * @param identityId the identity that the token acts for
   */
  claims?(principal: Principal, identityId: string): Readonly<Record<string, unknown>>
  /** The fault in the form of a secret, found by its text alone. Undefined for a secret of another form or without a fault. */
  faultOfSecret?(secret: string): string | undefined
}

export interface NewCredentials {
  readonly clientId: string
  /** Shown once, to the caller who makes the client. */
  readonly clientSecret: string
  /** The public half of the secret, if the secret is a key that signs assertions. */
  readonly publicKey?: JsonWebKey
}

interface ClientScopes {
  /** The scopes that a client can be made with. */
  readonly known: readonly string[]
  /** The scope that allows every call of every API, within the client's role. A client made without scopes has it. */
  readonly unlimited: string
}

const nameForm = /^[a-z][a-z0-9-]{0,31}$/

/**
 * The dialects by name.
 * @throws Error for two dialects of one name, and for an invalid name
 */
export function dialectsByName(dialects: readonly ClientDialect[]): ReadonlyMap<string, ClientDialect> {
  const byName = new Map<string, ClientDialect>()
  for (const dialect of dialects) {
    if (!nameForm.test(dialect.name)) throw new Error(`"${dialect.name}" cannot be the name of a dialect`)
    if (byName.has(dialect.name)) throw new Error(`Two dialects have the name "${dialect.name}"`)
    byName.set(dialect.name, dialect)
  }
  return byName
}
