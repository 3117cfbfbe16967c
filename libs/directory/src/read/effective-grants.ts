import { notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { importOfGrants } from '../relations.ts'
import { applicationKey } from './applications.ts'
import type { GrantPosition, IdentityGrant } from './grants.ts'
import type { Page } from './listing.ts'

/** One entitlement that one identity has, by a grant, through groups, or both. */
export interface EffectiveGrant extends IdentityGrant {
  readonly applicationDisplayName: string
  /** Whether it is assigned; `grantedAt` and `lastUsedAt` belong to this grant. */
  readonly isDirect: boolean
  /** Whether another entitlement that the identity is assigned gives it. */
  readonly isInherited: boolean
  /** The accounts of the identity in the application that sources brought; the first twenty. */
  readonly accountIds: readonly string[]
  /** Numbers of the sources that contain the grant; empty when the data are not the result of a composition. */
  readonly sources: readonly number[]
}

const mostAccounts = 20

/**
 * The effective access of an identity by the import in force, directly and through groups, in the order of the entitlements' keys.
 * @throws not_found for an unknown identity or application
 */
export async function listEffectiveGrants(
  sql: TenantSql,
  { identityId, applicationId }: { readonly identityId: string; readonly applicationId: string },
  page: Page<GrantPosition>,
): Promise<{ grants: readonly EffectiveGrant[]; last: GrantPosition | undefined }> {
  const [identity] = await sql<{ key: number }[]>`select key from identities where id = ${identityId}`
  if (identity === undefined) throw notFound('identity', identityId)
  const ofApplication = applicationId ? await applicationKey(sql, applicationId) : undefined
  const rows = await sql<(EffectiveGrant & { key: number })[]>`
    with held as materialized (
      select entitlement_key as key, granted_at, last_used_at,
        array_remove(source_id || other_sources, null) as sources
      from grants
      where import_id = ${importOfGrants(sql)} and identity_key = ${identity.key}
    ),
    inherited as materialized (
      select distinct given.key from held
      join entitlement_groups g on g.key = held.key
      join entitlement_closures c on c.closure = g.closure
      cross join lateral unnest(c.entitlement_keys) given (key)
      where given.key <> held.key
    )
    select e.key, a.id as "applicationId", a.display_name as "applicationDisplayName", e.id as "entitlementId", e.display_name as "entitlementDisplayName",
      held.granted_at as "grantedAt", held.last_used_at as "lastUsedAt",
      coalesce(held.sources, '{}') as sources, held.key is not null as "isDirect", inherited.key is not null as "isInherited",
      array(select id from accounts where identity_key = ${identity.key} and application_key = e.application_key
        order by id collate "C" limit ${mostAccounts}) as "accountIds"
    from held full join inherited using (key)
    join entitlements e using (key)
    join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key
    where true ${ofApplication === undefined ? sql`` : sql`and e.application_key = ${ofApplication}`}
      ${page.after ? sql`and e.key > ${page.after[0]}` : sql``}
    order by e.key limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { grants: shown.map(({ key: _, ...grant }) => grant), last: end && [end.key] }
}
