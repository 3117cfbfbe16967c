import type { Snapshot } from '@assay/mining'
import type { AccessScope } from '@assay/profiles'
import type { TenantSql } from '@assay/store'

/** What a scope asks for, by the ordinals of one snapshot; -1 for what nobody in it can hold. */
export type ScopeOrdinal = { readonly application: number } | { readonly entitlement: number }

/** The scope in a snapshot. Nobody holds what is gone since the scope was given, so that is no error here. */
export async function resolveScope(sql: TenantSql, scope: AccessScope, snapshot: Snapshot): Promise<ScopeOrdinal> {
  const [found] = await sql<{ applicationKey: number; entitlementKey: number | null }[]>`
    select a.key as "applicationKey", e.key as "entitlementKey" from applications a
    left join entitlements e on e.tenant_id = a.tenant_id and e.application_key = a.key
      and e.id = ${scope.entitlementId ?? null}
    where a.id = ${scope.applicationId}`
  return scope.entitlementId === undefined
    ? { application: snapshot.applicationKey.indexOf(found?.applicationKey ?? -1) }
    : { entitlement: snapshot.entitlementKey.indexOf(found?.entitlementKey ?? -1) }
}

/** Those of the identities (ordinals, in their order) who hold what the scope asks for. */
export function holdersWithin(snapshot: Snapshot, identities: Uint32Array, scope: ScopeOrdinal): Uint32Array {
  const { rowOffset, rowEntitlement, entitlementApplication } = snapshot
  const isApplication = 'application' in scope
  const wanted = isApplication ? scope.application : scope.entitlement
  return identities.filter((identity) => {
    const end = rowOffset[identity + 1]
    for (let at = rowOffset[identity]; at < end; at++) {
      const entitlement = rowEntitlement[at]
      if ((isApplication ? entitlementApplication[entitlement] : entitlement) === wanted) return true
    }
    return false
  })
}
