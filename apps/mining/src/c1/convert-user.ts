import {
  UserOrigin as Origin,
  User_Status as Status,
  UserType as Type,
  type User,
  UserSchema,
} from '@assay/contracts/c1/api/user/v1/user_pb'
import type { Identity, IdentityStatus, IdentityType } from '@assay/directory'
import { create } from '@bufbuild/protobuf'

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

/** What an import tells about somebody. It knows one source, so there is no history of values and no provenance. */
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
    profile: { ...identity.attributes },
  })
}
