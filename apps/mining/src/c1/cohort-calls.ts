import type { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { CohortFilterAttributeKind } from '@assay/contracts/c1/mcp/role_mining/v1/cohort_pb'
import { itemAt } from '@assay/errors'
import {
  type AttributeValuePosition,
  type CohortPosition,
  type FilterAttributePosition,
  listAttributeValues,
  listFilterAttributes,
  searchCohort,
  searchKnownCohort,
} from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { describedUsers, readAtOnceOnSnapshot, readOnSnapshot, type ServiceContext } from '../service-context.ts'
import { fromCohort } from './convert-cohort-request.ts'

type Calls = 'searchCohortUsers' | 'listCohortFilterAttributes' | 'listCohortFilterAttributeValues'

/** The people of a cohort, and the attributes and values that can describe a cohort. */
export function cohortCalls(service: ServiceContext): Pick<ServiceImpl<typeof RoleMiningManagementService>, Calls> {
  return {
    async searchCohortUsers(request, context) {
      const { tenantId } = principalOf(context)
      const { suggestionId, selectedEntitlements } = request
      const within = fromCohort(request)
      const query = ['cohort users', tenantId, suggestionId, within]
      const pages = new Pages<CohortPosition>(service.pageTokens, query, request)
      const selected = selectedEntitlements.map(({ appId, entitlementId }) => ({ applicationId: appId, entitlementId }))
      const { identities, totalCount, last, coveredCounts } = await readAtOnceOnSnapshot(
        service,
        context,
        (sql, loaded) => searchKnownCohort(sql, loaded, suggestionId, within, pages, selected),
        (sql, loaded) => searchCohort(sql, loaded, suggestionId, within, pages, selected),
      )
      const list = await describedUsers(service, context, identities)
      return {
        list,
        // Only clients of the newer generation of the API send `selected_entitlements`.
        ...(coveredCounts.length === list.length && {
          usersWithCoverage: list.map((user, place) => ({ user, coveredCount: itemAt(coveredCounts, place) })),
        }),
        nextPageToken: pages.next(last),
        ...(totalCount !== undefined && { totalCount: BigInt(totalCount) }),
      }
    },

    listCohortFilterAttributes: (request, context) =>
      readOnSnapshot(service, context, async (_, caller, loaded) => {
        const query = ['filter attributes', caller.tenantId]
        const pages = new Pages<FilterAttributePosition>(service.pageTokens, query, request)
        const { attributes, last } = listFilterAttributes(loaded, pages)
        return {
          attributes: attributes.map(({ key, displayName, isBuiltIn }) => ({
            attribute: key,
            displayName,
            kind: isBuiltIn ? CohortFilterAttributeKind.BUILTIN : CohortFilterAttributeKind.CUSTOM,
          })),
          nextPageToken: pages.next(last),
        }
      }),

    listCohortFilterAttributeValues: (request, context) =>
      readOnSnapshot(service, context, async (sql, caller, loaded) => {
        const { attribute, q } = request
        const query = ['attribute values', caller.tenantId, attribute, q]
        const pages = new Pages<AttributeValuePosition>(service.pageTokens, query, request)
        const { values, last } = await listAttributeValues(sql, loaded, attribute, q, pages)
        return { values: [...values], nextPageToken: pages.next(last) }
      }),
  }
}
