import type { ApiClient, Role } from '@assay/auth'
import {
  type Client,
  ClientRole,
  ClientSchema,
  type ReaderScope,
} from '@assay/contracts/assay/client/v1/client_service_pb'
import type { ScopeConditions } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { ScopeNames } from '../scope-names.ts'

const roleMessages: Readonly<Record<Role, ClientRole>> = {
  admin: ClientRole.ADMIN,
  'role-miner': ClientRole.ROLE_MINER,
  reviewer: ClientRole.REVIEWER,
  auditor: ClientRole.AUDITOR,
  agent: ClientRole.AGENT,
}

/** @throws invalid_argument for an unknown role */
export function fromRole(message: ClientRole): Role {
  for (const [role, value] of Object.entries(roleMessages)) if (value === message) return role as Role
  throw invalidArgument('role', 'must be one of CLIENT_ROLE_ADMIN, _ROLE_MINER, _REVIEWER, _AUDITOR and _AGENT')
}

/** The conditions of a scope; undefined for a scope without a condition. */
export function fromReaderScope(message: ReaderScope | undefined): ScopeConditions | undefined {
  if (message === undefined) return undefined
  const { filters, managerId, applicationIds } = message
  if (filters.length === 0 && managerId === '' && applicationIds.length === 0) return undefined
  return {
    filters: filters.map(({ attribute, values }) => ({ attribute, values })),
    ...(managerId !== '' && { managerId }),
    applicationIds: [...new Set(applicationIds)],
  }
}

/** The data behind the ids that messages of clients contain. */
interface KnownToClients {
  readonly scopes: ReadonlyMap<string, ScopeConditions>
  readonly namesOf: (scope: ScopeConditions) => ScopeNames
  readonly identityNames: ReadonlyMap<string, string>
}

export function toClientMessage(client: ApiClient, { scopes, namesOf, identityNames }: KnownToClients): Client {
  const { readerScope, revokedAt, identityId = '' } = client
  const scope = readerScope === undefined ? undefined : scopes.get(readerScope)
  return create(ClientSchema, {
    clientId: client.clientId,
    displayName: client.displayName,
    role: roleMessages[client.role],
    dialect: client.dialect,
    identityId,
    identityDisplayName: identityNames.get(identityId) ?? '',
    scopes: [...(client.scopes ?? [])],
    trustedIssuer: client.trustedIssuer ?? '',
    ...(scope && {
      readerScope: {
        filters: scope.filters.map(({ attribute, values }) => ({ attribute, values: [...values] })),
        managerId: scope.managerId ?? '',
        applicationIds: [...scope.applicationIds],
        ...namesOf(scope),
      },
    }),
    createTime: timestampFromDate(client.createdAt),
    ...(revokedAt && { revokeTime: timestampFromDate(revokedAt) }),
  })
}
