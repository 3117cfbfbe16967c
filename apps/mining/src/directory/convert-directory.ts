import {
  type AccessPath as AccessPathMessage,
  AccessPathSchema,
  type Application as ApplicationMessage,
  ApplicationSchema,
  type EffectiveGrant as EffectiveGrantMessage,
  EffectiveGrantSchema,
  type Entitlement as EntitlementMessage,
  EntitlementSchema,
  type Grant as GrantMessage,
  GrantSchema,
  type Identity as IdentityMessage,
  IdentitySchema,
  Identity_Status as Status,
  Identity_Type as Type,
} from '@assay/contracts/assay/directory/v1/directory_pb'
import type { AccessPath, Application, EffectiveGrant, Entitlement, Identity, IdentityGrant } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

const statuses: Readonly<Record<Identity['status'], Status>> = {
  enabled: Status.ENABLED,
  disabled: Status.DISABLED,
  deleted: Status.DELETED,
}

const types: Readonly<Record<Identity['type'], Type>> = {
  human: Type.HUMAN,
  service: Type.SERVICE,
  agent: Type.AGENT,
  system: Type.SYSTEM,
}

/** UNSPECIFIED is no filter. @throws invalid_argument for an unknown number */
export function fromStatusMessage(message: Status): Identity['status'] | undefined {
  return named('status', statuses, message, Status)
}

/** UNSPECIFIED is no filter. @throws invalid_argument for an unknown number */
export function fromTypeMessage(message: Type): Identity['type'] | undefined {
  return named('type', types, message, Type)
}

function named<Name extends string>(
  field: string,
  messages: Readonly<Record<Name, number>>,
  wanted: number,
  names: Readonly<Record<number, string>>,
): Name | undefined {
  if (wanted === 0) return undefined
  for (const name in messages) if (messages[name] === wanted) return name
  const known = Object.values(messages).map((number) => `${field.toUpperCase()}_${names[number as number]}`)
  throw invalidArgument(field, `must be one of ${known.join(', ')}, not ${wanted}`)
}

export function toIdentityMessage(identity: Identity): IdentityMessage {
  return create(IdentitySchema, {
    id: identity.id,
    displayName: identity.displayName,
    email: identity.email,
    username: identity.username,
    department: identity.department,
    jobTitle: identity.jobTitle,
    managerId: identity.managerId,
    employmentType: identity.employmentType,
    employmentStatus: identity.employmentStatus,
    status: statuses[identity.status],
    type: types[identity.type],
    ...attributesOf(identity),
  })
}

function attributesOf({ attributes }: Identity) {
  const texts: Record<string, string> = {}
  const lists: Record<string, { readonly values: string[] }> = {}
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'string') texts[key] = value
    else lists[key] = { values: [...value] }
  }
  return { attributes: texts, listAttributes: lists }
}

export function toApplicationMessage({ id, displayName, description, usageThrough }: Application): ApplicationMessage {
  return create(ApplicationSchema, { id, displayName, description, usageThroughDay: usageThrough ?? '' })
}

export function toEntitlementMessage(entitlement: Entitlement): EntitlementMessage {
  return create(EntitlementSchema, {
    id: entitlement.id,
    applicationId: entitlement.applicationId,
    applicationDisplayName: entitlement.applicationDisplayName,
    displayName: entitlement.displayName,
    description: entitlement.description,
    resourceType: entitlement.resourceType,
    resource: entitlement.resource,
    attribute: entitlement.attribute,
    riskLevel: entitlement.riskLevel,
    privileged: entitlement.privileged,
  })
}

export function toGrantMessage(identityId: string, grant: IdentityGrant): GrantMessage {
  return create(GrantSchema, {
    identityId,
    applicationId: grant.applicationId,
    entitlementId: grant.entitlementId,
    entitlementDisplayName: grant.entitlementDisplayName,
    ...(grant.grantedAt && { grantTime: timestampFromDate(grant.grantedAt) }),
    ...(grant.lastUsedAt && { lastUseTime: timestampFromDate(grant.lastUsedAt) }),
  })
}

/** @param names ids of sources by their numbers, in the tenant's order of sources */
export function toEffectiveGrantMessage(
  identityId: string,
  grant: EffectiveGrant,
  names: ReadonlyMap<number, string>,
): EffectiveGrantMessage {
  return create(EffectiveGrantSchema, {
    identityId,
    applicationId: grant.applicationId,
    applicationDisplayName: grant.applicationDisplayName,
    entitlementId: grant.entitlementId,
    entitlementDisplayName: grant.entitlementDisplayName,
    direct: grant.isDirect,
    inherited: grant.isInherited,
    accountIds: [...grant.accountIds],
    sourceIds: [...names].flatMap(([key, name]) => (grant.sources.includes(key) ? [name] : [])),
    ...(grant.grantedAt && { grantTime: timestampFromDate(grant.grantedAt) }),
    ...(grant.lastUsedAt && { lastUseTime: timestampFromDate(grant.lastUsedAt) }),
  })
}

export function toAccessPathMessage({ steps, omittedSteps }: AccessPath): AccessPathMessage {
  return create(AccessPathSchema, {
    steps: steps.map(({ applicationId, id, displayName }) => ({
      applicationId,
      entitlementId: id,
      entitlementDisplayName: displayName,
    })),
    omittedStepCount: omittedSteps,
  })
}
