import type { TenantSql } from '@assay/store'
import type { accountOwners } from './correlation.ts'
import type { Removal } from './load.ts'

const rowsAtOnce = 5_000

/** How many accounts with an identity would become orphans, change their identity, or be removed. */
export async function linkRemoval(
  sql: TenantSql,
  sources: readonly { readonly id: number; readonly name: string }[],
  owners: ReturnType<typeof accountOwners>,
): Promise<Removal> {
  const rows = sql<{ source: number; application: string; id: string; identity: string }[]>`
    select source_id as source, application, account_id as id, identity_id as identity
    from source_account_owners where identity_id is not null`
  let next: NextOwners | undefined
  let before = 0
  let removed = 0
  for await (const batch of rows.cursor(rowsAtOnce)) {
    next ??= nextOwners(sources, owners)
    before += batch.length
    for (const { source, application, id, identity } of batch) {
      if (next.get(source)?.get(application)?.get(id) !== identity) removed++
    }
  }
  return { before, removed }
}

/**
 * Identities by source, application and account. The maps are nested, since keys of three texts would need a new text for each
 * account.
 */
type NextOwners = ReadonlyMap<number, ReadonlyMap<string, ReadonlyMap<string, string | null>>>

function nextOwners(
  sources: readonly { readonly id: number; readonly name: string }[],
  owners: ReturnType<typeof accountOwners>,
): NextOwners {
  const keyOf = new Map(sources.map(({ id, name }) => [name, id]))
  const next = new Map<number, Map<string, Map<string, string | null>>>()
  for (const { source, application, id, identityId } of owners) {
    const key = keyOf.get(source) ?? 0
    let applications = next.get(key)
    if (applications === undefined) {
      applications = new Map()
      next.set(key, applications)
    }
    let accounts = applications.get(application)
    if (accounts === undefined) {
      accounts = new Map()
      applications.set(application, accounts)
    }
    accounts.set(id, identityId)
  }
  return next
}

/** The number of accounts with an identity. */
export async function linksInForce(sql: TenantSql): Promise<number> {
  const [row] = await sql<{ links: number }[]>`
    select count(*)::float8 as links from source_account_owners where identity_id is not null`
  return row?.links ?? 0
}
