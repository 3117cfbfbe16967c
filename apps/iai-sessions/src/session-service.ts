import type { SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import { invalidArgument } from '@assay/errors'
import {
  countPopulation,
  createSession,
  deleteSession,
  getSession,
  pageOfRoles,
  pageOfSessions,
  patchSession,
  type RolePosition,
  type SessionPosition,
} from '@assay/role-sessions'
import { Pages } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { fromPopulation, fromSession, fromSessionChange, toRoleSummary, toSession } from './convert-mining-session.ts'
import { asCaller, type ServiceContext } from './service-context.ts'

/** Searches for roles by access: the same sessions that SailPoint's calls work with. */
export function sessionService(service: ServiceContext): ServiceImpl<typeof SessionService> {
  const { jobs, pageTokens } = service
  return {
    countPopulation: ({ population }, context) =>
      asCaller(service, context, async (sql) => ({
        peopleCount: await countPopulation(sql, fromPopulation(population) ?? { identityIds: [] }),
      })),

    createSession: ({ session }, context) =>
      asCaller(service, context, async (sql, caller) => {
        const id = await createSession(sql, jobs, caller.tenantId, caller, fromSession(session))
        return toSession(await getSession(sql, id))
      }),

    getSession: ({ sessionId }, context) =>
      asCaller(service, context, async (sql) => toSession(await getSession(sql, sessionId))),

    listSessions: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<SessionPosition>(pageTokens, ['mining sessions', tenantId], request)
        const { sessions, last } = await pageOfSessions(sql, pages)
        return { sessions: sessions.map(toSession), nextPageToken: pages.next(last) }
      }),

    updateSession: ({ session, updateMask }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        if (session === undefined) throw invalidArgument('session', 'is required, with its id')
        await patchSession(sql, jobs, tenantId, session.id, fromSessionChange(session, updateMask))
        return toSession(await getSession(sql, session.id))
      }),

    deleteSession: ({ sessionId }, context) =>
      asCaller(service, context, async (sql) => {
        await deleteSession(sql, sessionId)
        return {}
      }),

    listPotentialRoles: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { sessionId } = request
        const pages = new Pages<RolePosition>(pageTokens, ['potential roles', tenantId, sessionId], request)
        const { roles, last } = await pageOfRoles(sql, sessionId, pages)
        return { potentialRoles: roles.map(toRoleSummary), nextPageToken: pages.next(last) }
      }),
  }
}
