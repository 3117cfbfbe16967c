import type { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import { createSession, getSession, listSessions, patchSession } from '@assay/role-sessions'
import type { ServiceImpl } from '@connectrpc/connect'
import { sessionList } from '../lists/list-fields.ts'
import { itemsOf, readListRequest } from '../lists/list-request.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toPatchOperations } from './convert-patch.ts'
import { toSessionMessage, toSessionRequest, toStatusMessage } from './convert-session.ts'

/** Sessions: create, list, show, change (contract section 5, calls 1 to 5). */
export function sessionCalls(service: ServiceContext) {
  const { jobs } = service
  return {
    createRoleMiningSessions: ({ session }, context) =>
      asCaller(service, context, async (sql, caller) => {
        const id = await createSession(sql, jobs, caller.tenantId, caller, toSessionRequest(session))
        return toSessionMessage(await getSession(sql, id))
      }),

    getRoleMiningSessions: (request, context) =>
      asCaller(service, context, async (sql) => {
        const listed = await listSessions(sql, readListRequest(request, sessionList))
        return { sessions: itemsOf(listed, context).map(toSessionMessage) }
      }),

    getRoleMiningSession: ({ sessionId }, context) =>
      asCaller(service, context, async (sql) => toSessionMessage(await getSession(sql, sessionId))),

    patchRoleMiningSession: ({ sessionId, operations }, context) =>
      asCaller(service, context, async (sql, caller) => {
        await patchSession(sql, jobs, caller.tenantId, sessionId, toPatchOperations(operations))
        return toSessionMessage(await getSession(sql, sessionId))
      }),

    getRoleMiningSessionStatus: ({ sessionId }, context) =>
      asCaller(service, context, async (sql) => toStatusMessage(await getSession(sql, sessionId))),
  } satisfies Partial<ServiceImpl<typeof RoleMiningService>>
}
