import type { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import {
  explainAccess,
  type GrantPosition,
  getEntitlement,
  getIdentity,
  listApplications,
  listEffectiveGrants,
  listEntitlements,
  listIdentities,
  listIdentityGrants,
  type NamePosition,
} from '@assay/directory'
import { sourceNames } from '@assay/source-loads'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages, pageSize } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import {
  fromStatusMessage,
  fromTypeMessage,
  toAccessPathMessage,
  toApplicationMessage,
  toEffectiveGrantMessage,
  toEntitlementMessage,
  toGrantMessage,
  toIdentityMessage,
} from './convert-directory.ts'

/** Reads the access data in force. */
export function directoryService(service: ServiceContext): ServiceImpl<typeof DirectoryService> {
  const { pageTokens } = service
  return {
    listIdentities: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { query, department, jobTitle } = request
        const status = fromStatusMessage(request.status)
        const type = fromTypeMessage(request.type)
        const filter = { query, department, jobTitle, status, type }
        const pages = new Pages<NamePosition>(pageTokens, ['identities', tenantId, filter], request)
        const { identities, last } = await listIdentities(sql, filter, pages)
        return { identities: identities.map(toIdentityMessage), nextPageToken: pages.next(last) }
      }),

    getIdentity: ({ identityId }, context) =>
      asCaller(service, context, async (sql) => toIdentityMessage(await getIdentity(sql, identityId))),

    listApplications: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { query } = request
        const pages = new Pages<NamePosition>(pageTokens, ['applications', tenantId, query], request)
        const { applications, last } = await listApplications(sql, { query }, pages)
        return { applications: applications.map(toApplicationMessage), nextPageToken: pages.next(last) }
      }),

    listEntitlements: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { applicationId, query } = request
        const pages = new Pages<NamePosition>(pageTokens, ['entitlements', tenantId, applicationId, query], request)
        const { entitlements, last } = await listEntitlements(sql, { applicationId, query }, pages)
        return { entitlements: entitlements.map(toEntitlementMessage), nextPageToken: pages.next(last) }
      }),

    getEntitlement: ({ applicationId, entitlementId }, context) =>
      asCaller(service, context, async (sql) =>
        toEntitlementMessage(await getEntitlement(sql, entitlementId, applicationId)),
      ),

    listIdentityGrants: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { identityId } = request
        const pages = new Pages<GrantPosition>(pageTokens, ['identity grants', tenantId, identityId], request)
        const { grants, last } = await listIdentityGrants(sql, identityId, pages)
        return { grants: grants.map((grant) => toGrantMessage(identityId, grant)), nextPageToken: pages.next(last) }
      }),

    listEffectiveGrants: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { identityId, applicationId } = request
        const query = ['effective grants', tenantId, identityId, applicationId]
        const pages = new Pages<GrantPosition>(pageTokens, query, request)
        const { grants, last } = await listEffectiveGrants(sql, { identityId, applicationId }, pages)
        const names = await sourceNames(
          sql,
          grants.flatMap(({ sources }) => sources),
        )
        const messages = grants.map((grant) => toEffectiveGrantMessage(identityId, grant, names))
        return { grants: messages, nextPageToken: pages.next(last) }
      }),

    explainAccess: ({ identityId, entitlementId, applicationId, pageSize: wanted }, context) =>
      asCaller(service, context, async (sql) => {
        const named = { entitlementId, applicationId }
        const found = await explainAccess(sql, identityId, named, pageSize(wanted))
        const { entitlement, paths, hasMorePaths } = found
        return { entitlement: toEntitlementMessage(entitlement), paths: paths.map(toAccessPathMessage), hasMorePaths }
      }),
  }
}
