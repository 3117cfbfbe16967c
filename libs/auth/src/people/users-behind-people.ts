import type { TenantSql } from '@assay/store'

/**
 * The user ids of people who signed in: the identity that the person is, or the person's own id. For services, which have no
 * access to the tables of people.
 * @param ids ids of people, or their mail addresses
 * @returns user ids by id; unknown ids, people whose access was taken back, and mail addresses of several people are left out
 */
export async function usersBehindPeople(sql: TenantSql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<{ given: string; personId: string; identityId: string | null }[]>`
    select given_id as given, person_id as "personId", identity_id as "identityId"
    from users_behind_people(${[...ids]}::text[])`
  return new Map(rows.map(({ given, personId, identityId }) => [given, identityId ?? personId]))
}
