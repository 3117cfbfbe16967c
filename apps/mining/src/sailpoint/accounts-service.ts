import {
  type AccountsService,
  ListAccountsRequest_DetailLevel as DetailLevel,
} from '@assay/contracts/sailpoint/accounts/v1/accounts_service_pb'
import { AccessPairs, accountById, accountsBy, entitlementsBy, entitlementsOfAccount } from '@assay/directory'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import { toAccountMessage } from './convert-account.ts'
import { toEntitlementMessage } from './convert-entitlement.ts'
import { accountList, plainList } from './list-fields.ts'
import { itemsOf, readListQuery } from './list-request.ts'

/** Accounts of identities: those that sources delivered, and those that follow from access. */
export function accountsService(service: ServiceContext): ServiceImpl<typeof AccountsService> {
  return {
    listAccounts: (request, context) => {
      const isSlim = request.detailLevel === DetailLevel.SLIM
      const query = readListQuery(request, accountList)
      return asCallerOnSnapshot(service, context, async (sql, _, loaded) => {
        const listed = await accountsBy(sql, query, loaded && (await AccessPairs.of(loaded.snapshot)))
        return { accounts: itemsOf(listed, context).map((account) => toAccountMessage(account, isSlim)) }
      })
    },

    getAccount: ({ id }, context) =>
      asCaller(service, context, async (sql) => toAccountMessage(await accountById(sql, id), false)),

    getAccountEntitlements: (request, context) => {
      const query = readListQuery(request, plainList)
      return asCaller(service, context, async (sql) => {
        const held = await entitlementsOfAccount(sql, await accountById(sql, request.id))
        const sorters = [{ name: 'name', descending: false }] as const
        const listed = await entitlementsBy(sql, { ...query, sorters }, held)
        return { entitlements: itemsOf(listed, context).map(toEntitlementMessage) }
      })
    },
  }
}
