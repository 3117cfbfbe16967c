import type { SourcesService } from '@assay/contracts/sailpoint/sources/v1/sources_service_pb'
import { applicationInForce, applicationsBy, dataInForceSince } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toSourceMessage } from './convert-source.ts'
import { sourceList } from './list-fields.ts'
import { itemsOf, readListQuery } from './list-request.ts'

/** Applications, as SailPoint's sources. */
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

/** A list that looks narrowed and is not would be taken for the truth. @throws invalid_argument where somebody is named */
function refuseSubadmin(forSubadmin: string | undefined): void {
  if (forSubadmin === undefined || forSubadmin === '') return
  throw invalidArgument('for-subadmin', 'is not offered: there are no subadmins; leave it out')
}
