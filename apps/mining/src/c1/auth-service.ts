import { type Principal, type Role, refusalOf } from '@assay/auth'
import { Auth } from '@assay/contracts/c1/api/auth/v1/auth_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { conductorone, fullNameOf, publicAccess } from '@assay/dialects'
import { principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'

/** ConductorOne's introspection: what the caller's token stands for, in the forms that its clients look for. */
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

/** "owner" and "viewer" are ConductorOne's; what lies between them has our names. */
const roleNames: Readonly<Record<Role, string>> = {
  admin: 'owner',
  'role-miner': 'role-miner',
  reviewer: 'reviewer',
  auditor: 'viewer',
  agent: 'agent',
}

/** ConductorOne does not publish how it spells its flags; every tenant of ours has both kinds of role mining. */
const features: readonly string[] = ['ROLE_MINING', 'AGENTIC_ROLE_MINING']

const permissions = conductorone.services
  .flatMap(({ calls }) => calls)
  .map(({ method }) => ({ name: `permission/${fullNameOf(method)}`, access: publicAccess(method) }))
