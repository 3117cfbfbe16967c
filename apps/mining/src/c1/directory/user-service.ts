import { type UserView, UserViewSchema } from '@assay/contracts/c1/api/user/v1/user_search_pb'
import type { UserService } from '@assay/contracts/c1/api/user/v1/user_service_pb'
import { dataInForceSince, getIdentity, type Identity, listIdentities, type NamePosition } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../../paging.ts'
import { asCaller, type ServiceContext } from '../../service-context.ts'
import { toUserMessage } from '../convert-user.ts'

/** ConductorOne's users: list and get. */
export function userService(service: ServiceContext): ServiceImpl<typeof UserService> {
  return {
    list: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<NamePosition>(service.pageTokens, ['all users', tenantId], request)
        const { identities, last } = await listIdentities(sql, {}, pages)
        return { list: identities.map(toUserView), nextPageToken: pages.next(last) }
      }),

    get: ({ id }, context) => asCaller(service, context, async (sql) => ({ userView: await userViewOf(sql, id) })),

    introspect: (_, context) =>
      asCaller(service, context, async (sql, { identityId }) => ({ userView: await userViewOf(sql, identityId) })),

    getUserProfileTypes: ({ userId }, context) =>
      asCaller(service, context, async (sql) => {
        await getIdentity(sql, userId)
        return {}
      }),
  }
}

export function toUserView(identity: Identity): UserView {
  return create(UserViewSchema, { user: toUserMessage(identity), userId: identity.id })
}

async function userViewOf(sql: TenantSql, id: string): Promise<UserView> {
  const identity = await getIdentity(sql, id)
  const view = toUserView(identity)
  // The time of the deletion is not stored; this is the time since which the import in force, which lacks the user, is in force.
  const since = identity.status === 'deleted' ? await dataInForceSince(sql) : undefined
  if (view.user !== undefined && since !== undefined) view.user.deletedAt = timestampFromDate(since)
  return view
}
