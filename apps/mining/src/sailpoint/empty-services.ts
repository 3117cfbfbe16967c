import type { IdentityProfilesService } from '@assay/contracts/sailpoint/identityprofiles/v1/identity_profiles_service_pb'
import type { UnheldService } from '@assay/contracts/sailpoint/unheld/v1/unheld_service_pb'
import type { WorkgroupsService } from '@assay/contracts/sailpoint/workgroups/v1/workgroups_service_pb'
import { notFound } from '@assay/errors'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { identityProfileList, plainList, workgroupList } from './list-fields.ts'
import { type ListRequest, noItems } from './list-request.ts'

// Objects of SailPoint that Assay does not have: their lists are empty, and every id is not found.

export function workgroupsService(): ServiceImpl<typeof WorkgroupsService> {
  return {
    listWorkgroups: (request, context) => ({ items: noItems(request, workgroupList, context) }),
    getWorkgroup: ({ id }) => {
      throw notFound('workgroup', id)
    },
    listWorkgroupMembers: ({ workgroupId }) => {
      throw notFound('workgroup', workgroupId)
    },
  }
}

export function identityProfilesService(): ServiceImpl<typeof IdentityProfilesService> {
  return {
    listIdentityProfiles: (request, context) => ({ items: noItems(request, identityProfileList, context) }),
    getIdentityProfile: ({ identityProfileId }) => {
      throw notFound('identity profile', identityProfileId)
    },
    getLifecycleStates: ({ identityProfileId }) => {
      throw notFound('identity profile', identityProfileId)
    },
  }
}

export function unheldService(): ServiceImpl<typeof UnheldService> {
  const none = (request: ListRequest, context: HandlerContext) => ({ items: noItems(request, plainList, context) })
  return {
    listCampaigns: none,
    listCertifications: none,
    listAccountActivities: none,
    listWorkflows: none,
    listTransforms: none,
    listSegments: none,
    listSourceApps: none,
  }
}
