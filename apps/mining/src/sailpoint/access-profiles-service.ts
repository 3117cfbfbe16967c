import type { AccessProfilesService } from '@assay/contracts/sailpoint/accessprofiles/v1/access_profiles_service_pb'
import { notFound } from '@assay/errors'
import type { ServiceImpl } from '@connectrpc/connect'
import { noItems } from './list-request.ts'
import { accessProfileList } from './role-lists.ts'
import { asksForSegments } from './roles-service.ts'

/** SailPoint's access profiles are bundles without members. Assay has none: its access profiles have members and are SailPoint's roles. */
export function accessProfilesService(): ServiceImpl<typeof AccessProfilesService> {
  return {
    listAccessProfiles: (request, context) => {
      asksForSegments(request)
      return { accessProfiles: noItems(request, accessProfileList, context) }
    },

    getAccessProfile: ({ id }) => {
      throw notFound('access profile', id)
    },

    getAccessProfileEntitlements: ({ id }) => {
      throw notFound('access profile', id)
    },
  }
}
