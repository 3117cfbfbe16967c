import { type AppEntitlement, AppEntitlementSchema } from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import type { Entitlement } from '@assay/directory'
import { create } from '@bufbuild/protobuf'

/** Without the number of holders; `entitlementViews` adds it. */
export function toAppEntitlement(entitlement: Entitlement): AppEntitlement {
  return create(AppEntitlementSchema, {
    appId: entitlement.applicationId,
    id: entitlement.id,
    displayName: entitlement.displayName,
    description: entitlement.description,
    appResourceId: entitlement.resource,
    appResourceTypeId: entitlement.resourceType,
    riskLevelValueId: entitlement.riskLevel,
  })
}
