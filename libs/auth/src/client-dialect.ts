import type { JsonWebKey } from 'node:crypto'
import type { Principal } from './principal.ts'

/**
 * What an API asks of its clients and their tokens. Whoever makes clients or issues tokens passes these in; this library
 * knows no API by name.
 */
export interface ClientDialect {
  /** Stored with every client: a lower case letter, then lower case letters, digits and hyphens, 32 characters at most. */
  readonly name: string
  readonly tokenLifetimeSeconds: number
  /** Fresh credentials in the form that the clients accept. `host`: the address by which they reach us. */
  makeCredentials(host: string): NewCredentials
  /** The id of a client without a secret, which shows tokens of an issuer; undefined where the API has no such clients. */
  makeFederatedId?(host: string): string
  /** Undefined: clients have no scopes, and their role alone decides. */
  readonly scopes?: ClientScopes
  /**
   * Members of a token that the API's clients read; the members of our own (`tid`, `role` and so on) cannot be replaced.
   * @param identityId the identity that the token acts for
   */
  claims?(principal: Principal, identityId: string): Readonly<Record<string, unknown>>
  /** What is wrong with the form of a secret, by its text alone; undefined for a secret of another form or without a fault. */
  faultOfSecret?(secret: string): string | undefined
}

export interface NewCredentials {
  readonly clientId: string
  /** Shown once, to whoever makes the client. */
  readonly clientSecret: string
  /** The public half of a secret that is a key, for signed assertions. */
  readonly publicKey?: JsonWebKey
}

interface ClientScopes {
  /** Those that a client can be made with. */
  readonly known: readonly string[]
  /** The one that opens every call of every API, within the client's role; a client made without scopes has it. */
  readonly unlimited: string
}

const nameForm = /^[a-z][a-z0-9-]{0,31}$/

/** The dialects by name. @throws Error for two of one name, and for a name of another form */
export function dialectsByName(dialects: readonly ClientDialect[]): ReadonlyMap<string, ClientDialect> {
  const byName = new Map<string, ClientDialect>()
  for (const dialect of dialects) {
    if (!nameForm.test(dialect.name)) throw new Error(`"${dialect.name}" cannot be the name of a dialect`)
    if (byName.has(dialect.name)) throw new Error(`Two dialects have the name "${dialect.name}"`)
    byName.set(dialect.name, dialect)
  }
  return byName
}
