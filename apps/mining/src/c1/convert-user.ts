import {
  UserOrigin as Origin,
  User_Status as Status,
  UserType as Type,
  type User,
  UserSchema,
} from '@assay/contracts/c1/api/user/v1/user_pb'
import type { Identity, IdentityStatus, IdentityType } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { create, type JsonObject } from '@bufbuild/protobuf'

const statuses: Readonly<Record<IdentityStatus, Status>> = {
  enabled: Status.ENABLED,
  disabled: Status.DISABLED,
  deleted: Status.DELETED,
}

const types: Readonly<Record<IdentityType, Type>> = {
  human: Type.HUMAN,
  service: Type.SERVICE,
  agent: Type.AGENT,
  system: Type.SYSTEM,
}

/** @throws invalid_argument for UNKNOWN and for unknown numbers */
export function fromStatusMessage(field: string, status: Status): IdentityStatus {
  for (const [name, message] of Object.entries(statuses)) if (message === status) return name as IdentityStatus
  throw invalidArgument(field, 'must be ENABLED, DISABLED or DELETED')
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromTypeMessage(field: string, type: Type): IdentityType {
  for (const [name, message] of Object.entries(types)) if (message === type) return name as IdentityType
  throw invalidArgument(field, 'must be USER_TYPE_HUMAN, USER_TYPE_SERVICE, USER_TYPE_AGENT or USER_TYPE_SYSTEM')
}

/** The imported data of an identity. An import is one source, so values have no history and no provenance. */
export function toUserMessage(identity: Identity): User {
  const { email, username, managerId } = identity
  return create(UserSchema, {
    id: identity.id,
    displayName: identity.displayName,
    email,
    emails: email === '' ? [] : [email],
    username,
    usernames: username === '' ? [] : [username],
    department: identity.department,
    jobTitle: identity.jobTitle,
    employmentType: identity.employmentType,
    employmentStatus: identity.employmentStatus,
    managerIds: managerId === '' ? [] : [managerId],
    directoryStatus: statuses[identity.status],
    status: statuses[identity.status],
    type: types[identity.type],
    origin: Origin.DIRECTORY,
    profile: profileOf(identity),
  })
}

function profileOf({ attributes }: Identity): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
  )
}
