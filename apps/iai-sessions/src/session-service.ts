import { type ValueName, ValueNameSchema } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import type { MiningSession, SessionFilter } from '@assay/contracts/assay/session/v1/mining_session_pb'
import type { SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import { invalidArgument } from '@assay/errors'
import {
  countPopulation,
  createSession,
  deleteSession,
  getSession,
  namesInFilters,
  pageOfRoles,
  pageOfSessions,
  patchSession,
  type RolePosition,
  type Session,
  type SessionPosition,
} from '@assay/role-sessions'
import { Pages, type TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import type { ServiceImpl } from '@connectrpc/connect'
import { fromPopulation, fromSession, fromSessionChange, toRoleSummary, toSession } from './convert-mining-session.ts'
import { asCaller, type ServiceContext } from './service-context.ts'

/** Sessions by Assay's own API: they are the same sessions as in SailPoint's API. */
export function sessionService(service: ServiceContext): ServiceImpl<typeof SessionService> {
  const { jobs, pageTokens } = service
  return {
    countPopulation: ({ population }, context) =>
      asCaller(service, context, async (sql) => ({
        peopleCount: await countPopulation(sql, fromPopulation(population) ?? { identityIds: [] }),
        valueNames: await namesIn(sql, population?.filters ?? []),
      })),

    createSession: ({ session }, context) =>
      asCaller(service, context, async (sql, caller) => {
        const id = await createSession(sql, jobs, caller.tenantId, caller, fromSession(session))
        return withNames(sql, await getSession(sql, id))
      }),

    getSession: ({ sessionId }, context) =>
      asCaller(service, context, async (sql) => withNames(sql, await getSession(sql, sessionId))),

    listSessions: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<SessionPosition>(pageTokens, ['mining sessions', tenantId], request)
        const { sessions, last } = await pageOfSessions(sql, pages)
        return { sessions: await allWithNames(sql, sessions.map(toSession)), nextPageToken: pages.next(last) }
      }),

    updateSession: ({ session, updateMask }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        if (session === undefined) throw invalidArgument('session', 'is required, with its id')
        await patchSession(sql, jobs, tenantId, session.id, fromSessionChange(session, updateMask))
        return withNames(sql, await getSession(sql, session.id))
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

async function withNames(sql: TenantSql, session: Session): Promise<MiningSession> {
  const message = toSession(session)
  return { ...message, valueNames: await namesIn(sql, message.population?.filters ?? []) }
}

/** Sessions with the names of ids in their filters; all names are read by one query. */
async function allWithNames(sql: TenantSql, sessions: readonly MiningSession[]): Promise<MiningSession[]> {
  const names = await namesIn(
    sql,
    sessions.flatMap(({ population }) => population?.filters ?? []),
  )
  const known = new Map<string, Map<string, ValueName>>()
  for (const one of names) {
    const ofAttribute = known.get(one.attribute) ?? new Map<string, ValueName>()
    known.set(one.attribute, ofAttribute.set(one.value, one))
  }
  return sessions.map((session) => {
    // Matched by value, not by iterating over all names: a session may have fifty filters of a thousand values.
    const found = new Set<ValueName>()
    for (const { attribute, values } of session.population?.filters ?? []) {
      const ofAttribute = known.get(attribute)
      if (ofAttribute === undefined) continue
      for (const value of values) {
        const name = ofAttribute.get(value)
        if (name !== undefined) found.add(name)
      }
    }
    return { ...session, valueNames: [...found] }
  })
}

/** Names of the values that are ids of people, such as managers. */
async function namesIn(sql: TenantSql, filters: readonly SessionFilter[]): Promise<ValueName[]> {
  return (await namesInFilters(sql, filters)).map((one) => create(ValueNameSchema, one))
}
