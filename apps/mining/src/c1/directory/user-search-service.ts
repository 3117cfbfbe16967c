import { UserOrigin } from '@assay/contracts/c1/api/user/v1/user_pb'
import { DelegateStatus, type SearchUsersRequest, UserSearch } from '@assay/contracts/c1/api/user/v1/user_search_pb'
import { type NamePosition, searchIdentities } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../../paging.ts'
import { asCaller, type ServiceContext } from '../../service-context.ts'
import { fromStatusMessage, fromTypeMessage } from '../convert-user.ts'
import { readSearch, type SearchMembers } from '../search-members.ts'
import { toUserView } from './user-service.ts'

/** The meaning of each member of a search for users. */
export const userMembers: SearchMembers<SearchUsersRequest> = {
  query: 'narrows',
  email: 'narrows',
  departments: 'narrows',
  jobTitles: 'narrows',
  managerIds: 'narrows',
  userStatuses: 'narrows',
  excludeTypes: 'narrows',
  refs: 'narrows',
  ids: 'narrows',
  excludeIds: 'narrows',
  // Roles of this platform belong to API clients, not to people.
  roleIds: 'finds nothing',
  origins: 'narrows',
  excludeOrigins: 'narrows',
  sourceAppIds: 'narrows',
  delegateStatus: 'narrows',
  delegatedUserIds: 'finds nothing',
  isDelegate: 'finds nothing',
  expandMask: 'is ignored',
  pageSize: 'pages',
  pageToken: 'pages',
}

/** ConductorOne's search for users. */
export function userSearchService(service: ServiceContext): ServiceImpl<typeof UserSearch> {
  return {
    search: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { query, findsNothing } = readSearch(UserSearch.method.search.input, userMembers, request)
        const search = {
          query: request.query,
          email: request.email,
          ids: [...request.ids, ...request.refs.map(({ id }) => id)],
          exceptIds: request.excludeIds,
          departments: request.departments,
          jobTitles: request.jobTitles,
          managerIds: request.managerIds,
          statuses: request.userStatuses.map((status, i) => fromStatusMessage(`user_statuses[${i}]`, status)),
          exceptTypes: request.excludeTypes.map((type, i) => fromTypeMessage(`exclude_types[${i}]`, type)),
        }
        const areOfOrigin = keepsDirectoryUsers(request)
        const pages = new Pages<NamePosition>(service.pageTokens, ['users', tenantId, query], request)
        if (findsNothing || !areOfOrigin || request.delegateStatus === DelegateStatus.HAS_DELEGATE) return {}
        const { identities, last } = await searchIdentities(sql, search, pages)
        return { list: identities.map(toUserView), nextPageToken: pages.next(last) }
      }),
  }
}

/**
 * Whether the conditions on the origin match users of a directory, as all users of Assay are. Origins and source applications are
 * alternatives, and no user has a source application.
 * @throws invalid_argument for an origin or a delegate status that does not exist
 */
function keepsDirectoryUsers(request: SearchUsersRequest): boolean {
  const { origins, excludeOrigins, sourceAppIds, delegateStatus } = request
  for (const [field, list] of Object.entries({ origins, exclude_origins: excludeOrigins }))
    for (const [i, origin] of list.entries())
      if (origin === UserOrigin.UNSPECIFIED || UserOrigin[origin] === undefined)
        throw invalidArgument(
          `${field}[${i}]`,
          'must be USER_ORIGIN_DIRECTORY, USER_ORIGIN_LOCAL or USER_ORIGIN_SYSTEM',
        )
  if (DelegateStatus[delegateStatus] === undefined)
    throw invalidArgument('delegate_status', 'must be DELEGATE_STATUS_HAS_DELEGATE or DELEGATE_STATUS_NO_DELEGATE')
  const isRestricted = origins.length > 0 || sourceAppIds.length > 0
  if (isRestricted && !origins.includes(UserOrigin.DIRECTORY)) return false
  return !excludeOrigins.includes(UserOrigin.DIRECTORY)
}
