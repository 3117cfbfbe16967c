import {
  type AppResource,
  AppResourceSchema,
  type AppResourceType,
  AppResourceTypeSchema,
} from '@assay/contracts/c1/api/app/v1/app_resource_pb'
import type { Resource, ResourceType } from '@assay/directory'
import { countHolders, type LoadedSnapshot } from '@assay/role-mining'
import { create } from '@bufbuild/protobuf'

export function toResourceType({ applicationId, name }: Pick<ResourceType, 'applicationId' | 'name'>): AppResourceType {
  return create(AppResourceTypeSchema, { id: name, appId: applicationId, displayName: name })
}

/** The number of its grants is the sum over all its entitlements. */
export async function toResource(
  loaded: LoadedSnapshot | undefined,
  { applicationId, type, name, entitlementKeys }: Resource,
): Promise<AppResource> {
  const counts = await countHolders(loaded, entitlementKeys)
  return create(AppResourceSchema, {
    id: name,
    appId: applicationId,
    appResourceTypeId: type,
    displayName: name,
    grantCount: BigInt(counts.reduce((sum, count) => sum + count, 0)),
  })
}
