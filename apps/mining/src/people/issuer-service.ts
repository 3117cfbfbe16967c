import { createIssuer, deleteIssuer, listGivenAccess, listIssuers } from '@assay/auth'
import type { IssuerService } from '@assay/contracts/assay/people/v1/issuer_service_pb'
import { removeReaderScope } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { fromIssuerMessage, toIssuerMessage } from './convert-person.ts'

/** The issuers through which people of an organisation sign in. */
export function issuerService(service: ServiceContext): ServiceImpl<typeof IssuerService> {
  return {
    listIssuers: (_, context) =>
      asCaller(service, context, async (sql, { tenantId }) => ({
        issuers: (await listIssuers(sql, tenantId)).map(toIssuerMessage),
      })),

    createIssuer: ({ issuer, clientSecret }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        if (issuer === undefined) throw invalidArgument('issuer', 'is required')
        return toIssuerMessage(await createIssuer(sql, tenantId, fromIssuerMessage(issuer, clientSecret)))
      }),

    deleteIssuer: ({ issuerId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const given = (await listGivenAccess(sql, tenantId)).filter((one) => one.issuerId === issuerId)
        await deleteIssuer(sql, tenantId, issuerId)
        for (const { readerScope } of given)
          if (readerScope !== undefined) await removeReaderScope(sql, tenantId, readerScope)
        return {}
      }),
  }
}
