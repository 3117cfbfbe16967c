import { failedPrecondition } from '@assay/errors'
import { type ErasedPerson, erased, textMentionsPerson, textWithoutPerson } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Erases a person from API clients, as the owner of the schema.
 * @throws failed_precondition while a client acts for the person
 */
export async function eraseFromClients(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id } = person
  const [acting] = await sql<{ clientId: string }[]>`
    select client_id as "clientId" from api_clients
    where tenant_id = ${tenantId} and identity_id = ${id} and revoked_at is null limit 1`
  if (acting !== undefined) {
    throw failedPrecondition(`the API client ${acting.clientId} acts for "${id}"; revoke it first`)
  }
  // Of clients that are revoked: sessions of the console that have ended with them.
  const ofClients = sql`
    tenant_id = ${tenantId} and client_id in (
      select client_id from api_clients where tenant_id = ${tenantId} and identity_id = ${id})`
  const links = await sql`delete from sign_in_links where ${ofClients}`
  const sessions = await sql`delete from console_sessions where ${ofClients}`
  const { count } = await sql`
    update api_clients set identity_id = ${erased}, display_name = ${erased}
    where tenant_id = ${tenantId} and identity_id = ${id}`
  // Whoever signed in as the person, with the sessions. The issuer lets nobody in any more whom nothing is given to.
  const signedIn = await sql`delete from console_people where tenant_id = ${tenantId} and identity_id = ${id}`
  // Somebody else's client may be called after the person.
  const named = await sql`
    update api_clients set display_name = ${textWithoutPerson(sql, sql`display_name`, person)}
    where tenant_id = ${tenantId} and ${textMentionsPerson(sql, sql`display_name`, person)}`
  return links.count + sessions.count + count + signedIn.count + named.count
}
