import { createHash } from 'node:crypto'
import {
  type Identity as IdentityMessage,
  IdentitySchema,
  type RoleAssignment,
  RoleAssignmentSchema,
} from '@assay/contracts/sailpoint/identities/v1/identity_pb'
import {
  type PublicIdentity,
  PublicIdentitySchema,
} from '@assay/contracts/sailpoint/publicidentities/v1/public_identities_service_pb'
import type { Identity, IdentityStatus, LedIdentity } from '@assay/directory'
import type { IdentityMembership } from '@assay/profiles'
import { create, type JsonObject, type JsonValue } from '@bufbuild/protobuf'
import { NullValue } from '@bufbuild/protobuf/wkt'
import { nobodyKnown, reference } from './reference.ts'

const identityStatuses: Readonly<Record<IdentityStatus, string>> = {
  enabled: 'ACTIVE',
  disabled: 'DISABLED',
  deleted: 'TERMINATED',
}

/** The value of `identityStatus`, of `cloudStatus`, and of a search's `status`. */
function identityStatusOf({ status }: Pick<Identity, 'status'>): string {
  return identityStatuses[status]
}

/** Assay's status as SailPoint's `identityState`, which has three values. */
export function identityStateOf({ status }: Pick<Identity, 'status'>): string {
  return status === 'enabled' ? 'ACTIVE' : 'INACTIVE_LONG_TERM'
}

/** The login name, which is unique in most organisations. */
function aliasOf({ username, id }: Pick<Identity, 'username' | 'id'>): string {
  return username || id
}

const lifecycleColumn = 'cloudLifecycleState'

/** The value of the customer's lifecycle column; undefined without that column or value. It is not derived from other data. */
export function lifecycleStateOf({ attributes }: Pick<Identity, 'attributes'>): string | undefined {
  const state = attributes[lifecycleColumn]
  return typeof state === 'string' && state !== '' ? state : undefined
}

/**
 * The attributes of an identity: first those that SailPoint defines, by its names, then the customer's columns, by their own names. Empty
 * ones are left out, except the lifecycle state, which scripts read without a check.
 */
export function attributesOf(identity: Identity): JsonObject {
  const attributes: JsonObject = {}
  const put = (name: string, value: JsonValue) => {
    if (value !== '' && !Object.hasOwn(attributes, name)) attributes[name] = value
  }
  put('uid', aliasOf(identity))
  put('displayName', identity.displayName)
  put('email', identity.email)
  put('department', identity.department)
  put('jobTitle', identity.jobTitle)
  put('manager', identity.managerId)
  put('employmentType', identity.employmentType)
  put('employmentStatus', identity.employmentStatus)
  put('cloudStatus', identityStatusOf(identity))
  put('identityState', identityStateOf(identity))
  put('type', identity.type)
  put(lifecycleColumn, lifecycleStateOf(identity) ?? null)
  for (const [name, value] of Object.entries(identity.attributes)) {
    put(name, typeof value === 'string' ? value : [...value])
    const spelled = spellings.get(name.toLowerCase())
    if (spelled !== undefined && typeof value === 'string') put(spelled, value)
  }
  return attributes
}

/** Columns for which SailPoint has one spelling, whatever the customer's spelling is. */
const spellings: ReadonlyMap<string, string> = new Map(['firstname', 'lastname'].map((name) => [name, name]))

/** @param since the time since which the access data in force are in force */
export function toIdentityMessage(identity: LedIdentity, since: Date | undefined): IdentityMessage {
  const { id, displayName, email, isManager } = identity
  const stateName = lifecycleStateOf(identity)
  return create(IdentitySchema, {
    id,
    name: displayName,
    alias: aliasOf(identity),
    ...(email !== '' && { emailAddress: email }),
    identityStatus: identityStatusOf(identity),
    ...managerOf(identity, 'managerRef'),
    isManager,
    ...(since !== undefined && { lastRefresh: since.toISOString() }),
    attributes: attributesOf(identity),
    ...(stateName !== undefined && { lifecycleState: { stateName, manuallyUpdated: false } }),
  })
}

export function toPublicIdentityMessage(identity: LedIdentity): PublicIdentity {
  const { id, displayName, email, department, jobTitle } = identity
  const status = lifecycleStateOf(identity)
  const attribute = (key: string, name: string, value: string) => ({ key, name, ...(value !== '' && { value }) })
  return create(PublicIdentitySchema, {
    id,
    name: displayName,
    alias: aliasOf(identity),
    ...(email !== '' && { email }),
    ...(status !== undefined && { status }),
    identityState: identityStateOf(identity),
    ...managerOf(identity, 'manager'),
    attributes: [attribute('department', 'Department', department), attribute('jobTitle', 'Job Title', jobTitle)],
  })
}

/** A member with the manager; empty when the manager is not an identity of the data. */
function managerOf<Name extends string>({ managerId, managerName }: LedIdentity, name: Name) {
  return managerName === null ? {} : { [name]: reference('IDENTITY', managerId, managerName) }
}

/** @param isLong the longer form, which also says how the assignment came about */
export function toRoleAssignmentMessage(
  identityId: string,
  { profileId, profileName, joinedAt }: IdentityMembership,
  isLong: boolean,
): RoleAssignment {
  const unknown = { kind: { case: 'nullValue', value: NullValue.NULL_VALUE } } as const
  return create(RoleAssignmentSchema, {
    id: createHash('sha256').update(`${profileId} ${identityId}`).digest('hex').slice(0, 32),
    role: reference('ROLE', profileId, profileName),
    addedDate: joinedAt.toISOString(),
    ...(isLong && {
      comments: unknown,
      assignmentSource: 'ROLE_MEMBERSHIP',
      assigner: nobodyKnown(),
      assignedDimensions: {},
      assignmentContext: unknown,
      accountTargets: {},
    }),
  })
}
