import type {
  EntitlementsService,
  ListEntitlementsRequest,
} from '@assay/contracts/sailpoint/entitlements/v1/entitlements_service_pb'
import {
  accountById,
  entitlementInForce,
  entitlementsBy,
  entitlementsGivenBy,
  entitlementsGiving,
  entitlementsOfAccount,
} from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toEntitlementMessage } from './convert-entitlement.ts'
import { entitlementList } from './list-fields.ts'
import { itemsOf, type ListRequest, readListQuery } from './list-request.ts'

/** Entitlements: lists, also of an account or of another entitlement, and single ones. */
export function entitlementsService(service: ServiceContext): ServiceImpl<typeof EntitlementsService> {
  /** @param keysOf the keys to which the list is limited; without it, the list has all entitlements */
  const listed = (
    request: ListRequest,
    context: HandlerContext,
    keysOf?: (sql: TenantSql) => Promise<readonly number[]>,
  ) => {
    const query = readListQuery(request, entitlementList)
    return asCaller(service, context, async (sql) => {
      const found = await entitlementsBy(sql, query, await keysOf?.(sql))
      return { entitlements: itemsOf(found, context).map(toEntitlementMessage) }
    })
  }
  const ofAccount = (id: string) => async (sql: TenantSql) => entitlementsOfAccount(sql, await accountById(sql, id))

  return {
    listEntitlements: (request, context) => {
      checkNarrowing(request)
      return listed(request, context, request.accountId ? ofAccount(request.accountId) : undefined)
    },

    getEntitlement: ({ id }, context) =>
      asCaller(service, context, async (sql) => toEntitlementMessage(await entitlementInForce(sql, id))),

    listEntitlementParents: (request, context) =>
      listed(request, context, async (sql) =>
        entitlementsGivenBy(sql, (await entitlementInForce(sql, request.id)).key),
      ),

    listEntitlementChildren: (request, context) =>
      listed(request, context, async (sql) => entitlementsGiving(sql, (await entitlementInForce(sql, request.id)).key)),

    listEntitlementsOfAccount: (request, context) => {
      refuseSearchAfter(request.searchAfter)
      return listed({ ...request, sorters: request.sorters || 'name' }, context, ofAccount(request.accountId))
    },
  }
}

/** Refuses conditions that Assay cannot apply: the client would take the unfiltered answer for a filtered one. */
function checkNarrowing({ accountId, filters, includeUnsegmented, searchAfter }: ListEntitlementsRequest): void {
  if (accountId && filters) throw invalidArgument('account-id', 'cannot be used together with filters; use one of them')
  if (includeUnsegmented === false) {
    throw invalidArgument('include-unsegmented', 'leaves nothing: no entitlement belongs to a segment; leave it out')
  }
  refuseSearchAfter(searchAfter)
}

function refuseSearchAfter(searchAfter: string | undefined): void {
  if (!searchAfter) return
  throw invalidArgument('searchAfter', 'is not offered; page by offset')
}
