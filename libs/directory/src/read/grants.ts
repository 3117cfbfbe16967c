import { notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { importOfGrants } from '../relations.ts'
import type { Page } from './listing.ts'

/** One entitlement that one identity holds. */
export interface IdentityGrant {
  readonly applicationId: string
  readonly entitlementId: string
  readonly entitlementDisplayName: string
  readonly grantedAt: Date | null
  readonly lastUsedAt: Date | null
}

/** The key of the last entitlement on a page of grants. */
export type GrantPosition = readonly [entitlementKey: number]

/** The entitlements that an identity holds by the import in force, in the order of their keys. @throws not_found */
export async function listIdentityGrants(
  sql: TenantSql,
  identityId: string,
  page: Page<GrantPosition>,
): Promise<{ grants: readonly IdentityGrant[]; last: GrantPosition | undefined }> {
  const [identity] = await sql<{ key: number }[]>`select key from identities where id = ${identityId}`
  if (identity === undefined) throw notFound('identity', identityId)
  // The page is selected before the join: in one query, a planner with poor statistics walks all entitlements instead.
  const rows = await sql<(IdentityGrant & { key: number })[]>`
    with page as materialized (
      select tenant_id, entitlement_key, granted_at, last_used_at from grants
      where import_id = ${importOfGrants(sql)} and identity_key = ${identity.key}
        ${page.after ? sql`and entitlement_key > ${page.after[0]}` : sql``}
      order by entitlement_key limit ${page.size + 1}
    )
    select g.entitlement_key as key, a.id as "applicationId", e.id as "entitlementId",
      e.display_name as "entitlementDisplayName", g.granted_at as "grantedAt", g.last_used_at as "lastUsedAt"
    from page g
    join entitlements e on e.tenant_id = g.tenant_id and e.key = g.entitlement_key
    join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key
    order by g.entitlement_key`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { grants: shown.map(({ key: _, ...grant }) => grant), last: end && [end.key] }
}
