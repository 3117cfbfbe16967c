import type { Filter } from '@assay/collection-query'
import type { PublicIdentitiesService } from '@assay/contracts/sailpoint/publicidentities/v1/public_identities_service_pb'
import { type IdentityField, identitiesBy } from '@assay/directory'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toPublicIdentityMessage } from './convert-identity.ts'
import { publicIdentityList } from './list-fields.ts'
import { itemsOf, readListQuery } from './list-request.ts'

/** Identities with the attributes that everybody in the organisation may see. */
export function publicIdentitiesService(service: ServiceContext): ServiceImpl<typeof PublicIdentitiesService> {
  return {
    getPublicIdentities: (request, context) => {
      const asked = readListQuery(request, publicIdentityList)
      const filter = request.addCoreFilters ? withCoreAttributes(asked.filter) : asked.filter
      return asCaller(service, context, async (sql) => {
        const listed = await identitiesBy(sql, { ...asked, filter })
        return { identities: itemsOf(listed, context).map(toPublicIdentityMessage) }
      })
    },
  }
}

function withCoreAttributes(filter: Filter<IdentityField>): Filter<IdentityField> {
  const present = (['username', 'lastname', 'email'] as const).map(
    (field) => ({ kind: 'comparison', field, operator: 'pr' }) as const,
  )
  return { kind: 'and', of: [filter, ...present] }
}
