import {
  endSession,
  getPerson,
  giveAccess,
  listGivenAccess,
  listPeople,
  listSessions,
  type PersonPosition,
  restorePerson,
  revokePerson,
  type SessionPosition,
  takeAccess,
} from '@assay/auth'
import type { PeopleService } from '@assay/contracts/assay/people/v1/people_service_pb'
import { putReaderScope, readerScopes, removeReaderScope } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { namesOfScopes } from '../scope-names.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import {
  fromAccessMessage,
  fromScopeMessage,
  toAccessMessage,
  toPersonMessage,
  toSessionMessage,
} from './convert-person.ts'

const longestText = 256

/** The people who may sign in to the console, and the access that each is given. */
export function peopleService(service: ServiceContext): ServiceImpl<typeof PeopleService> {
  return {
    listPeople: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { text } = request
        if ([...text].length > longestText) throw invalidArgument('text', `must have at most ${longestText} characters`)
        const pages = new Pages<PersonPosition>(service.pageTokens, ['people', tenantId, text], request)
        const found = await listPeople(sql, tenantId, { text, size: pages.size + 1, after: pages.after })
        const { page, last } = pageOf(found, pages.size, ({ displayName, id }): PersonPosition => [displayName, id])
        return { people: page.map(toPersonMessage), nextPageToken: pages.next(last) }
      }),

    getPerson: ({ personId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) =>
        toPersonMessage(await getPerson(sql, tenantId, personId)),
      ),

    revokePerson: ({ personId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) =>
        toPersonMessage(await revokePerson(sql, tenantId, personId)),
      ),

    restorePerson: ({ personId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) =>
        toPersonMessage(await restorePerson(sql, tenantId, personId)),
      ),

    listGivenAccess: (_, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const scopes = await readerScopes(sql, tenantId)
        const access = await listGivenAccess(sql, tenantId)
        const namesOf = await namesOfScopes(sql, scopes.values())
        return { access: access.map((one) => toAccessMessage(one, scopes.get(one.readerScope ?? ''), namesOf)) }
      }),

    giveAccess: ({ access }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        if (access === undefined) throw invalidArgument('access', 'is required')
        const conditions = access.scope && fromScopeMessage(access.scope)
        const given = await giveAccess(sql, tenantId, fromAccessMessage(access), {
          described: conditions,
          async put(before) {
            if (conditions !== undefined) return (await putReaderScope(sql, tenantId, before, conditions)).id
            if (before !== undefined) await removeReaderScope(sql, tenantId, before)
            return undefined
          },
        })
        return toAccessMessage(given, conditions, await namesOfScopes(sql, conditions ? [conditions] : []))
      }),

    takeAccess: ({ accessId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { readerScope } = await takeAccess(sql, tenantId, accessId)
        if (readerScope !== undefined) await removeReaderScope(sql, tenantId, readerScope)
        return {}
      }),

    listSessions: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { personId } = request
        const pages = new Pages<SessionPosition>(service.pageTokens, ['console sessions', tenantId, personId], request)
        const found = await listSessions(sql, tenantId, { personId, size: pages.size + 1, after: pages.after })
        const { page, last } = pageOf(
          found,
          pages.size,
          ({ signedInAt, name }): SessionPosition => [signedInAt.toISOString(), name],
        )
        return { sessions: page.map(toSessionMessage), nextPageToken: pages.next(last) }
      }),

    endSession: ({ sessionId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        await endSession(sql, tenantId, sessionId)
        return {}
      }),
  }
}

/** A page of `found`, which has one item more than a page when there is a next page. */
function pageOf<Item, Position>(found: readonly Item[], size: number, positionOf: (item: Item) => Position) {
  const page = found.slice(0, size)
  const end = page.at(-1)
  return { page, last: found.length > size && end !== undefined ? positionOf(end) : undefined }
}
