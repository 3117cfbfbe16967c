import type { TenantSql } from '@assay/store'
import type { accountOwners } from './correlation.ts'
import type { Removal } from './load.ts'

/** How many accounts that belong to somebody now would belong to nobody, or to somebody else, or be gone. */
export async function linkRemoval(
  sql: TenantSql,
  sources: readonly { readonly id: number; readonly name: string }[],
  owners: ReturnType<typeof accountOwners>,
): Promise<Removal> {
  const keyOf = new Map(sources.map(({ id, name }) => [name, id]))
  const next = new Map(
    owners.map(({ source, application, id, identityId }) => [
      JSON.stringify([keyOf.get(source) ?? 0, application, id]),
      identityId,
    ]),
  )
  const rows = await sql<{ key: [number, string, string]; identity: string }[]>`
    select json_build_array(source_id, application, account_id) as key, identity_id as identity
    from source_account_owners where identity_id is not null`
  const removed = rows.filter(({ key, identity }) => next.get(JSON.stringify(key)) !== identity)
  return { before: rows.length, removed: removed.length }
}

/** How many accounts belong to somebody now. */
export async function linksInForce(sql: TenantSql): Promise<number> {
  const [row] = await sql<{ links: number }[]>`
    select count(*)::float8 as links from source_account_owners where identity_id is not null`
  return row?.links ?? 0
}
