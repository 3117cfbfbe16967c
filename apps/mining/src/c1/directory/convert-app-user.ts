import {
  type AppUser,
  AppUserSchema,
  AppUserStatus_Status as Status,
  AppUserType as Type,
} from '@assay/contracts/c1/api/app/v1/app_user_pb'
import type { BroughtAccount, Identity, IdentityStatus, IdentityType } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { create } from '@bufbuild/protobuf'

const statuses: Readonly<Record<IdentityStatus, Status>> = {
  enabled: Status.ENABLED,
  disabled: Status.DISABLED,
  deleted: Status.DELETED,
}

const types: Readonly<Record<IdentityType, Type>> = {
  human: Type.USER,
  service: Type.SERVICE_ACCOUNT,
  agent: Type.SERVICE_ACCOUNT,
  system: Type.SYSTEM_ACCOUNT,
}

/** @param account that a source delivered; undefined for an account that follows from access, which has the identity's id */
export function toAppUser(appId: string, identity: Identity, account: BroughtAccount | undefined): AppUser {
  const username = account?.id ?? identity.username
  return create(AppUserSchema, {
    id: accountIdOf(identity, account),
    appId,
    identityUserId: identity.id,
    displayName: account?.name || identity.displayName,
    email: identity.email,
    emails: identity.email === '' ? [] : [identity.email],
    username,
    usernames: username === '' ? [] : [username],
    appUserType: types[identity.type],
    status: {
      status: account?.disabled && identity.status === 'enabled' ? Status.DISABLED : statuses[identity.status],
    },
  })
}

export function accountIdOf(identity: Pick<Identity, 'id'>, account: BroughtAccount | undefined): string {
  return account?.id ?? identity.id
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromAccountStatus(field: string, status: Status): IdentityStatus {
  for (const [name, message] of Object.entries(statuses)) if (message === status) return name as IdentityStatus
  throw invalidArgument(field, 'must be STATUS_ENABLED, STATUS_DISABLED or STATUS_DELETED')
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromAccountType(field: string, type: Type): IdentityType[] {
  const names = Object.entries(types).flatMap(([name, message]) => (message === type ? [name as IdentityType] : []))
  if (names.length > 0) return names
  throw invalidArgument(
    field,
    'must be APP_USER_TYPE_USER, APP_USER_TYPE_SERVICE_ACCOUNT or APP_USER_TYPE_SYSTEM_ACCOUNT',
  )
}
