import { applicationKeys, entitlementKeys } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { type Snapshot, whatGives } from '@assay/mining'
import type { AccessScope } from '@assay/profiles'
import type { TenantSql } from '@assay/store'

/** A scope by ordinals of one snapshot; -1 for an application or entitlement that the snapshot does not have, so nobody holds it. */
export type ScopeOrdinal = { readonly application: number } | { readonly entitlement: number }

/** Looks up a scope in a snapshot. An application or entitlement that was removed since then is no error: nobody holds it. */
export async function resolveScope(sql: TenantSql, scope: AccessScope, snapshot: Snapshot): Promise<ScopeOrdinal> {
  const { applicationId, entitlementId } = scope
  if (entitlementId === undefined) {
    const keys = await applicationKeys(sql, [applicationId], { includeDeleted: true })
    return { application: snapshot.applicationKey.indexOf(keys.get(applicationId) ?? -1) }
  }
  const [key = -1] = await entitlementKeys(sql, [{ applicationId, entitlementId }], { includeDeleted: true })
  return { entitlement: snapshot.entitlementKey.indexOf(key) }
}

/** The identities (ordinals, in their order) whose effective access is within the scope. */
export function holdersWithin(snapshot: Snapshot, identities: Uint32Array, scope: ScopeOrdinal): Uint32Array {
  const { rowOffset, rowEntitlement, entitlementApplication, entitlementCount } = snapshot
  const isWanted = new Uint8Array(entitlementCount)
  if ('application' in scope) {
    for (let entitlement = 0; entitlement < entitlementCount; entitlement++) {
      if (entitlementApplication[entitlement] === scope.application) isWanted[entitlement] = 1
    }
  } else if (scope.entitlement >= 0) isWanted[scope.entitlement] = 1
  const gives = whatGives(snapshot.closure, isWanted)
  return identities.filter((identity) => {
    const end = itemAt(rowOffset, identity + 1)
    for (let at = itemAt(rowOffset, identity); at < end; at++) if (gives[itemAt(rowEntitlement, at)] === 1) return true
    return false
  })
}
