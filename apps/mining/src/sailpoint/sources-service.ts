import type { SourcesService } from '@assay/contracts/sailpoint/sources/v1/sources_service_pb'
import { applicationInForce, applicationsBy, dataInForceSince } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toSourceMessage } from './convert-source.ts'
import { sourceList } from './list-fields.ts'
import { itemsOf, readListQuery } from './list-request.ts'

/** Applications, which SailPoint calls sources. */
export function sourcesService(service: ServiceContext): ServiceImpl<typeof SourcesService> {
  return {
    listSources: (request, context) => {
      refuseSubadmin(request.forSubadmin)
      const query = readListQuery(request, sourceList)
      return asCaller(service, context, async (sql) => {
        const [listed, since] = await Promise.all([applicationsBy(sql, query), dataInForceSince(sql)])
        return { sources: itemsOf(listed, context).map((application) => toSourceMessage(application, since)) }
      })
    },

    getSource: ({ id }, context) =>
      asCaller(service, context, async (sql) =>
        toSourceMessage(await applicationInForce(sql, id), await dataInForceSince(sql)),
      ),
  }
}

/**
 * Assay has no subadmins. The client would take the unfiltered list for a filtered one. @throws invalid_argument when the request names a
 * subadmin
 */
export function refuseSubadmin(forSubadmin: string | undefined): void {
  if (forSubadmin === undefined || forSubadmin === '') return
  throw invalidArgument('for-subadmin', 'is not offered: there are no subadmins; leave it out')
}
