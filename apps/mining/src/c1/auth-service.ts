import { type Principal, type Role, refusalOf } from '@assay/auth'
import { Auth } from '@assay/contracts/c1/api/auth/v1/auth_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { conductorone, fullNameOf, publicAccess } from '@assay/dialects'
import { principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'

/**
 * ConductorOne's introspection: the principal, the roles, the permissions and the features of the caller's token, as clients expect them.
 */
export function authService(): ServiceImpl<typeof Auth> {
  return { introspect: (_, context) => introspectionOf(principalOf(context)) }
}

function introspectionOf(caller: Principal) {
  return {
    principleId: caller.clientId,
    userId: caller.identityId,
    roles: [
      `role/${Auth.typeName}:reflection`,
      `role/${RoleMiningManagementService.typeName}:${roleNames[caller.role]}`,
    ],
    permissions: permissions
      .filter(({ access }) => access === 'everyone' || (access && refusalOf(caller, access) === undefined))
      .map(({ name }) => name),
    features: [...features],
    tenantId: caller.tenant,
  }
}

/** "owner" and "viewer" are names of ConductorOne; the roles between them have Assay's names. */
const roleNames: Readonly<Record<Role, string>> = {
  admin: 'owner',
  'role-miner': 'role-miner',
  reviewer: 'reviewer',
  auditor: 'viewer',
  agent: 'agent',
}

/** ConductorOne does not publish the spelling of its flags. Every tenant of Assay has both kinds of role mining. */
const features: readonly string[] = ['ROLE_MINING', 'AGENTIC_ROLE_MINING']

const permissions = conductorone.services
  .flatMap(({ calls }) => calls)
  .map(({ method }) => ({ name: `permission/${fullNameOf(method)}`, access: publicAccess(method) }))
