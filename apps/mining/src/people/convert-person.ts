import type { ConsolePerson, GivenAccess, ListedSession, PersonRole, SignInIssuer } from '@assay/auth'
import {
  Issuer_IdentityBy as IdentityBy,
  type Issuer,
  IssuerSchema,
} from '@assay/contracts/assay/people/v1/issuer_service_pb'
import {
  type GivenAccess as GivenAccessMessage,
  GivenAccessSchema,
  type Person,
  PersonSchema,
  Role as RoleMessage,
  type Scope,
  type Session,
  SessionSchema,
} from '@assay/contracts/assay/people/v1/person_pb'
import type { ScopeConditions } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { ScopeNames } from '../scope-names.ts'

const roleMessages: Readonly<Record<PersonRole, RoleMessage>> = {
  admin: RoleMessage.ADMIN,
  'role-miner': RoleMessage.ROLE_MINER,
  reviewer: RoleMessage.REVIEWER,
  auditor: RoleMessage.AUDITOR,
}

export function toPersonMessage(person: ConsolePerson): Person {
  return create(PersonSchema, {
    id: person.id,
    issuerId: person.issuerId,
    subject: person.subject,
    displayName: person.displayName,
    email: person.mail ?? '',
    identityId: person.identityId ?? '',
    groups: [...person.groups],
    role: person.role === undefined ? RoleMessage.UNSPECIFIED : roleMessages[person.role],
    sessionCount: person.sessions,
    firstSignInTime: timestampFromDate(person.firstSignedInAt),
    signInTime: timestampFromDate(person.signedInAt),
    readTime: timestampFromDate(person.readAt),
    ...(person.revokedAt && { revokeTime: timestampFromDate(person.revokedAt) }),
  })
}

export function toSessionMessage(session: ListedSession): Session {
  const { name, personId, personName, clientId, signedInAt, usedAt, endsAt } = session
  return create(SessionSchema, {
    id: name,
    personId: personId ?? '',
    personName: personName ?? '',
    clientId: clientId ?? '',
    signInTime: timestampFromDate(signedInAt),
    useTime: timestampFromDate(usedAt),
    endTime: timestampFromDate(endsAt),
  })
}

/**
 * @param conditions of the scope that the access has; undefined when the access is to all people
 * @param namesOf the names behind the ids of a scope
 */
export function toAccessMessage(
  access: GivenAccess,
  conditions: ScopeConditions | undefined,
  namesOf: (scope: ScopeConditions) => ScopeNames,
): GivenAccessMessage {
  return create(GivenAccessSchema, {
    id: access.id,
    issuerId: access.issuerId,
    to: { case: access.kind, value: access.value },
    role: roleMessages[access.role],
    ...(conditions && {
      scope: {
        filters: conditions.filters.map(({ attribute, values }) => ({ attribute, values: [...values] })),
        managerId: conditions.managerId ?? '',
        applicationIds: [...conditions.applicationIds],
        ...namesOf(conditions),
      },
    }),
    createTime: timestampFromDate(access.createdAt),
  })
}

/** @throws invalid_argument for an unknown role, and for access without a group or a person */
export function fromAccessMessage({ issuerId, to, role }: GivenAccessMessage) {
  const [known] = Object.entries(roleMessages).find(([, message]) => message === role) ?? []
  if (known === undefined) throw invalidArgument('role', 'must be one of the roles')
  if (to.case === undefined) throw invalidArgument('access', 'needs a group or a person to give it to')
  return { issuerId, kind: to.case, value: to.value, role: known as PersonRole }
}

export function fromScopeMessage({ filters, managerId, applicationIds }: Scope): ScopeConditions {
  return {
    filters: filters.map(({ attribute, values }) => ({ attribute, values })),
    ...(managerId !== '' && { managerId }),
    applicationIds: [...new Set(applicationIds)],
  }
}

export function toIssuerMessage(issuer: SignInIssuer): Issuer {
  return create(IssuerSchema, {
    id: issuer.id,
    displayName: issuer.displayName,
    issuer: issuer.issuer,
    clientId: issuer.clientId,
    scopes: [...issuer.scopes],
    groupsClaim: issuer.groupsClaim,
    identityClaim: issuer.identityClaim ?? '',
    identityBy: issuer.identityBy === 'mail' ? IdentityBy.EMAIL : IdentityBy.ID,
    contact: issuer.contact,
    createTime: timestampFromDate(issuer.createdAt),
  })
}

export function fromIssuerMessage(issuer: Issuer, clientSecret: string) {
  const { displayName, clientId, scopes, groupsClaim, identityClaim, identityBy, contact } = issuer
  return {
    displayName,
    issuer: issuer.issuer,
    clientId,
    clientSecret: clientSecret || undefined,
    scopes,
    groupsClaim: groupsClaim || 'groups',
    identityClaim: identityClaim || undefined,
    identityBy: identityBy === IdentityBy.EMAIL ? ('mail' as const) : ('id' as const),
    contact,
  }
}
