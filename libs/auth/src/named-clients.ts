import type { TenantSql } from '@assay/store'
import { userIdOfClient } from './client-user.ts'
import { rolesWith } from './rights.ts'

/** An API client as a user. */
interface NamedClient {
  /** Its user id: its own, or the id of the identity that it acts for. */
  readonly userId: string
  /** Undefined for a client that acts for itself. */
  readonly identityId: string | undefined
  readonly displayName: string
}

/** A person who signed in. */
interface NamedPerson {
  /** The user id: the id of the identity that the person is, or the person's own. */
  readonly userId: string
  readonly displayName: string
  /** Empty if the provider sends none. */
  readonly mail: string
}

/**
 * People who signed in, by name.
 * @param text a part of the name or the beginning of the mail address, without regard to case; empty: all
 * @param most up to 100
 */
export async function peopleNamed(sql: TenantSql, text: string, most: number): Promise<readonly NamedPerson[]> {
  const rows = await sql<{ id: string; identityId: string | null; displayName: string; mail: string | null }[]>`
    select id, identity_id as "identityId", display_name as "displayName", mail from people_named(${text}, ${most})`
  return rows.map(({ id, identityId, displayName, mail }) => ({
    userId: identityId ?? id,
    displayName,
    mail: mail ?? '',
  }))
}

/**
 * The names of API clients and people who signed in, including revoked ones. For services, which have no access to the tables
 * of clients.
 * @param ids client ids, the user ids of clients that act for themselves, or ids of people
 * @returns names by id; unknown ids are left out
 */
export async function clientNames(sql: TenantSql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<{ given: string; displayName: string }[]>`
    select given_id as given, display_name as "displayName" from client_names(${[...ids]}::text[])`
  return new Map(rows.map(({ given, displayName }) => [given, displayName]))
}

/**
 * API clients that may decide, by name.
 * @param text a part of the name, without regard to case, or a whole client id; empty: all
 * @param most up to 100
 */
export async function decidingClients(sql: TenantSql, text: string, most: number): Promise<readonly NamedClient[]> {
  const rows = await sql<{ clientId: string; identityId: string | null; displayName: string }[]>`
    select client_id as "clientId", identity_id as "identityId", display_name as "displayName"
    from clients_of_roles(${[...rolesWith('decide')]}::text[], ${text}, ${most})`
  return rows.map(({ clientId, identityId, displayName }) => ({
    userId: identityId ?? userIdOfClient(clientId),
    identityId: identityId ?? undefined,
    displayName,
  }))
}
