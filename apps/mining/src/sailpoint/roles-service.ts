import type { Principal } from '@assay/auth'
import type { RolesService } from '@assay/contracts/sailpoint/roles/v1/roles_service_pb'
import { entitlementsBy } from '@assay/directory'
import { invalidArgument, listed } from '@assay/errors'
import {
  deleteAccessProfile,
  entitlementsOfProfiles,
  getAccessProfile,
  knownProfileIds,
  queryMembers,
  queryProfiles,
  storeFinishedTask,
} from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { asEvaluatingCaller } from '../profiles/evaluate-in-call.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toEntitlementMessage } from './convert-entitlement.ts'
import { toRoleMessage, toRoleMessages } from './convert-role.ts'
import { itemsOf, readListQuery } from './list-request.ts'
import { memberList, roleEntitlementList, roleList } from './role-lists.ts'
import { refuseSubadmin } from './sources-service.ts'
import { changeRole, makeRole } from './write-role.ts'

const mostDeleted = 50

/** Access profiles, which SailPoint calls roles. */
export function rolesService(service: ServiceContext): ServiceImpl<typeof RolesService> {
  return {
    listRoles: (request, context) => listRoles(service, context, request),

    searchRolesByFilter: ({ selection, ...request }, context) => {
      const isAboutMetadata = (selection?.ammKeyValues ?? []).length > 0
      return listRoles(service, context, { ...request, filters: selection?.filters }, isAboutMetadata)
    },

    getRole: ({ id }, context) =>
      asCaller(service, context, async (sql) => toRoleMessage(sql, await getAccessProfile(sql, id))),

    createRole: ({ role }, context) =>
      asEvaluatingCaller(service, context, async (sql, caller, options, loaded) => {
        if (role === undefined) throw invalidArgument('body', 'must be a JSON object with the role')
        const id = await makeRole(sql, caller, role, { snapshot: loaded?.snapshot, options })
        return toRoleMessage(sql, await getAccessProfile(sql, id))
      }),

    patchRole: ({ id, operations }, context) =>
      asEvaluatingCaller(service, context, async (sql, caller, options, loaded) => {
        const breaker = service.circuitBreaker
        await changeRole(sql, caller, id, operations, { snapshot: loaded?.snapshot, options, breaker })
        return toRoleMessage(sql, await getAccessProfile(sql, id))
      }),

    deleteRole: ({ id }, context) =>
      asCaller(service, context, async (sql) => {
        await deleteAccessProfile(sql, id)
        return {}
      }),

    deleteBulkRoles: ({ roleIds }, context) =>
      asCaller(service, context, async (sql, caller) => ({
        type: 'TASK_RESULT',
        id: await deleteRoles(sql, caller, roleIds),
      })),

    getRoleAssignedIdentities: ({ id, ...request }, context) =>
      asCaller(service, context, async (sql) => {
        const found = await queryMembers(sql, id, readListQuery(request, memberList))
        return {
          identities: itemsOf(found, context).map(({ isByRequest, email, login, ...names }) => ({
            ...names,
            aliasName: login,
            email: email === '' ? undefined : email,
            roleAssignmentSource: isByRequest ? 'ACCESS_REQUEST' : 'ROLE_MEMBERSHIP',
          })),
        }
      }),

    getRoleEntitlements: ({ id, ...request }, context) =>
      asCaller(service, context, async (sql) => {
        const query = readListQuery(request, roleEntitlementList)
        const profile = await getAccessProfile(sql, id)
        const given = (await entitlementsOfProfiles(sql, [profile.id])).get(profile.id) ?? []
        const found = await entitlementsBy(
          sql,
          query,
          given.map(({ key }) => key),
        )
        return { entitlements: itemsOf(found, context).map(toEntitlementMessage) }
      }),
  }
}

type ListRequest = Parameters<typeof readListQuery>[0] & {
  readonly forSubadmin?: string | undefined
  readonly forSegmentIds?: string | undefined
  readonly includeUnsegmented?: boolean | undefined
}

/** A filter that matches nothing. */
const nothing = { kind: 'or', of: [] } as const

/** @param isEmpty whether the request has a condition that no role meets */
function listRoles(service: ServiceContext, context: HandlerContext, request: ListRequest, isEmpty = false) {
  return asCaller(service, context, async (sql) => {
    const query = readListQuery(request, roleList)
    const isNothing = asksForSegments(request) || isEmpty
    const found = await queryProfiles(sql, isNothing ? { ...query, filter: nothing } : query)
    return { roles: await toRoleMessages(sql, itemsOf(found, context)) }
  })
}

/**
 * Whether the request asks only for objects of segments, which Assay does not have.
 * @throws invalid_argument for a request that excludes everything, and for conditions by rights that Assay does not store
 */
export function asksForSegments({ forSubadmin, forSegmentIds = '', includeUnsegmented = true }: ListRequest): boolean {
  refuseSubadmin(forSubadmin)
  if (includeUnsegmented) return false
  if (forSegmentIds.trim() !== '') return true
  throw invalidArgument('include-unsegmented', 'false leaves out everything, unless "for-segment-ids" names segments')
}

/** Deletes all of the roles or none. @returns the id of the task with the outcome */
async function deleteRoles(sql: TenantSql, { tenantId, identityId }: Principal, ids: readonly string[]) {
  if (ids.length === 0 || ids.length > mostDeleted) {
    throw invalidArgument('roleIds', `must name 1 to ${mostDeleted} roles, it names ${ids.length}`)
  }
  const known = await knownProfileIds(sql, ids)
  const unknown = [...new Set(ids)].filter((id) => !known.has(id.toLowerCase()))
  if (unknown.length > 0) {
    throw invalidArgument('roleIds', `no role has the id ${listed(unknown.map((id) => JSON.stringify(id)))}`)
  }
  // The order of ids prevents that two callers who delete the same roles wait for each other.
  for (const id of [...known].sort()) await deleteAccessProfile(sql, id)
  const outcome = { deleted: known.size }
  const { id } = await storeFinishedTask(sql, tenantId, { kind: 'profiles.delete', launchedBy: identityId, outcome })
  return id
}
