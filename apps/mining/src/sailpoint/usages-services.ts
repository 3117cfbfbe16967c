import type { AccountUsagesService } from '@assay/contracts/sailpoint/accountusages/v1/account_usages_service_pb'
import type { SourceUsagesService } from '@assay/contracts/sailpoint/sourceusages/v1/source_usages_service_pb'
import { accountById, applicationInForce, monthsOfAccount, monthsOfApplication } from '@assay/directory'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { monthList } from './list-fields.ts'
import { itemsOf, type ListRequest, readListQuery } from './list-request.ts'

/** The number of days of each month on which an account was used. */
export function accountUsagesService(service: ServiceContext): ServiceImpl<typeof AccountUsagesService> {
  return {
    getUsagesByAccountId: (request, context) => {
      const query = readMonthsQuery(request)
      return asCaller(service, context, async (sql) => {
        const { identity, application } = await accountById(sql, request.accountId)
        const pair = { identityKey: identity.key, applicationKey: application.key }
        const { months, total } = await monthsOfAccount(sql, pair, query)
        const items = itemsOf({ items: months, total: query.wantsTotal ? total : undefined }, context)
        return { usages: items.map(({ month, days }) => ({ date: month, count: days })) }
      })
    },
  }
}

/** The usage of the accounts of a source, and whether the source has usage data. */
export function sourceUsagesService(service: ServiceContext): ServiceImpl<typeof SourceUsagesService> {
  return {
    getStatusBySourceId: ({ sourceId }, context) =>
      asCaller(service, context, async (sql) => {
        const { usageThrough } = await applicationInForce(sql, sourceId)
        return { status: usageThrough === null ? 'INCOMPLETE' : 'COMPLETE' }
      }),

    getUsagesBySourceId: (request, context) => {
      const query = readMonthsQuery(request)
      return asCaller(service, context, async (sql) => {
        const { key } = await applicationInForce(sql, request.sourceId)
        const { months, total } = await monthsOfApplication(sql, key, query)
        const items = itemsOf({ items: months, total: query.wantsTotal ? total : undefined }, context)
        return { usages: items.map(({ month, days }) => ({ date: month, count: days })) }
      })
    },
  }
}

function readMonthsQuery(request: ListRequest) {
  const { sorters, page, wantsTotal } = readListQuery(request, monthList)
  const [sorter] = sorters
  return { oldestFirst: sorter !== undefined && !sorter.descending, page, wantsTotal }
}
