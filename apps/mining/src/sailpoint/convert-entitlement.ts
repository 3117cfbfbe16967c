import { type Entitlement, EntitlementSchema } from '@assay/contracts/sailpoint/entitlements/v1/entitlement_pb'
import type { LevelledEntitlement } from '@assay/directory'
import { create } from '@bufbuild/protobuf'
import { reference } from './reference.ts'

export function toEntitlementMessage(entitlement: LevelledEntitlement): Entitlement {
  const { id, displayName, attribute, description, type, privileged, level, resource, riskLevel } = entitlement
  return create(EntitlementSchema, {
    id,
    name: displayName,
    ...(attribute !== '' && { attribute }),
    value: id,
    sourceSchemaObjectType: type,
    ...(description !== '' && { description }),
    privileged,
    privilegeLevel: { direct: level, setBy: 'IMPORT', effective: level },
    attributes: { ...(resource !== '' && { resource }), ...(riskLevel !== '' && { riskLevel }) },
    source: reference('SOURCE', entitlement.applicationId, entitlement.applicationName),
  })
}
