import {
  type AppEntitlement,
  AppEntitlementSchema,
  type AppEntitlementView,
  AppEntitlementViewSchema,
} from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import type { Entitlement } from '@assay/directory'
import { create } from '@bufbuild/protobuf'

/** Without the number of its holders; `entitlementViews` tells it. */
export function toEntitlementView(entitlement: Entitlement): AppEntitlementView {
  return create(AppEntitlementViewSchema, { appEntitlement: toAppEntitlement(entitlement) })
}

/** Without the number of its holders. */
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
