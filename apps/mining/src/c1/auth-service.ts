import { hasRight, type Principal, type Right, type Role } from '@assay/auth'
import { publicServices } from '@assay/contracts'
import { Auth } from '@assay/contracts/c1/api/auth/v1/auth_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { principalOf } from '@assay/server'
import type { DescMethod } from '@bufbuild/protobuf'
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt'
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
      .filter(({ right }) => right === undefined || hasRight(caller, right))
      .map(({ name }) => name),
    features: [...features],
  }
}

/** "owner" and "viewer" are ConductorOne's; what lies between them has our names. */
const roleNames: Readonly<Record<Role, string>> = {
  admin: 'owner',
  'role-miner': 'role-miner',
  reviewer: 'reviewer',
  auditor: 'viewer',
}

/** ConductorOne does not publish how it spells its flags; every tenant of ours has both kinds of role mining. */
const features: readonly string[] = ['ROLE_MINING', 'AGENTIC_ROLE_MINING']

/** Calls that start an analysis or set one up. What else changes something decides. */
const miningCalls: ReadonlySet<string> = new Set(['TriggerAnalysis', 'TriggerCustomAnalysis', 'UpdateRoleMiningConfig'])

/** The right that a call of ConductorOne's API needs; undefined where every caller may. */
function rightFor(method: DescMethod): Right | undefined {
  if (method.parent === Auth) return undefined
  if (method.idempotency === Idempotency.NO_SIDE_EFFECTS) return 'read'
  return miningCalls.has(method.name) ? 'mine' : 'decide'
}

const permissions = [...new Set([Auth, ...publicServices])]
  .filter(({ typeName }) => typeName.startsWith('c1.'))
  .flatMap((service) => service.methods)
  .map((method) => ({ name: `permission/${method.parent.typeName}.${method.name}`, right: rightFor(method) }))
