import { type AppEntitlementView, AppEntitlementViewSchema } from '@assay/contracts/c1/api/app/v1/app_entitlement_pb'
import type { Entitlement } from '@assay/directory'
import { create } from '@bufbuild/protobuf'

export function toEntitlementView(entitlement: Entitlement): AppEntitlementView {
  return create(AppEntitlementViewSchema, {
    appEntitlement: {
      appId: entitlement.applicationId,
      id: entitlement.id,
      displayName: entitlement.displayName,
      description: entitlement.description,
      appResourceId: entitlement.resource,
      appResourceTypeId: entitlement.resourceType,
      riskLevelValueId: entitlement.riskLevel,
    },
  })
}
