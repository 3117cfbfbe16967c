import { failedPrecondition } from '@assay/errors'
import { type ErasedPerson, erased, textMentionsPerson, textWithoutPerson } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * The person with the names and mail addresses that issuers have for them. Texts that people write, and the ledger, may contain
 * these.
 */
export async function withNamesOfIssuers(
  sql: TenantSql,
  tenantId: number,
  person: ErasedPerson,
): Promise<ErasedPerson> {
  const rows = await sql<{ names: string[] }[]>`
    select array_remove(array[display_name, mail], null) as names from console_people
    where tenant_id = ${tenantId} and ${isPerson(sql, person)}`
  const names = [...person.names, ...rows.flatMap((row) => row.names)].filter((name) => name !== person.id)
  return { ...person, names: [...new Set(names)] }
}

/** The person who signed in as the identity or, if not linked to an identity, with one of its mail addresses. */
function isPerson(sql: TenantSql, { id, names }: ErasedPerson) {
  return sql`(identity_id = ${id} or identity_id is null and mail = any (${mailsOf(names)}::text[]))`
}

function mailsOf(names: readonly string[]): string[] {
  return names.filter((name) => name.includes('@')).map((name) => name.toLowerCase())
}

/**
 * Erases a person from API clients and from the people who sign in, as the owner of the schema.
 * @throws failed_precondition while a client acts for the person
 */
export async function eraseFromClients(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id, names } = person
  const [acting] = await sql<{ clientId: string }[]>`
    select client_id as "clientId" from api_clients
    where tenant_id = ${tenantId} and identity_id = ${id} and revoked_at is null limit 1`
  if (acting !== undefined) {
    throw failedPrecondition(`the API client ${acting.clientId} acts for "${id}"; revoke it first`)
  }
  // The clients that acted for the person are revoked, so their sessions of the console have ended already.
  const ofClients = sql`
    tenant_id = ${tenantId} and client_id in (
      select client_id from api_clients where tenant_id = ${tenantId} and identity_id = ${id})`
  const links = await sql`delete from sign_in_links where ${ofClients}`
  const sessions = await sql`delete from console_sessions where ${ofClients}`
  const { count } = await sql`
    update api_clients set identity_id = ${erased}, display_name = ${erased}
    where tenant_id = ${tenantId} and identity_id = ${id}`
  // The people who signed in as this person, with their sessions, and access that was given to the person by name.
  const given = await sql`
    delete from access_of_people where tenant_id = ${tenantId} and kind = 'person' and (value = any (${mailsOf(names)}::text[])
      or (issuer_id, value) in (
        select issuer_id, subject from console_people where tenant_id = ${tenantId} and ${isPerson(sql, person)}))`
  const signedIn = await sql`delete from console_people where tenant_id = ${tenantId} and ${isPerson(sql, person)}`
  const issuers = await sql`
    update sign_in_issuers set contact = ${textWithoutPerson(sql, sql`contact`, person)},
      display_name = ${textWithoutPerson(sql, sql`display_name`, person)}
    where tenant_id = ${tenantId}
      and (${textMentionsPerson(sql, sql`contact`, person)} or ${textMentionsPerson(sql, sql`display_name`, person)})`
  // Clients of other people may have the person's name in theirs.
  const named = await sql`
    update api_clients set display_name = ${textWithoutPerson(sql, sql`display_name`, person)}
    where tenant_id = ${tenantId} and ${textMentionsPerson(sql, sql`display_name`, person)}`
  const ofPeople = given.count + signedIn.count + issuers.count
  return links.count + sessions.count + count + ofPeople + named.count
}
