import type { CallerAccess } from '@assay/auth'
import {
  AccountsService,
  AccountUsagesService,
  EntitlementsService,
  IdentitiesService,
  IdentityProfilesService,
  PublicIdentitiesService,
  SourcesService,
  SourceUsagesService,
  TenantService,
  UnheldService,
  WorkgroupsService,
} from '@assay/contracts'
import { bounded, unaffected } from '../call-access.ts'
import { type ServedService, servedBy } from '../served-service.ts'
import * as scopes from './scopes.ts'

const reading = (...opening: (readonly string[])[]): CallerAccess => ({ right: 'read', scopes: opening.flat() })

/**
 * The access of the calls that read the directory: sources, identities, accounts, entitlements, usage, and lists of objects
 * that Assay does not have.
 */
export const directoryServices: readonly ServedService[] = [
  servedBy('mining', SourcesService, {
    listSources: bounded(reading(scopes.sources)),
    getSource: bounded(reading(scopes.sources)),
  }),
  servedBy('mining', IdentitiesService, {
    listIdentities: bounded(reading(scopes.identities)),
    getIdentity: bounded(reading(scopes.identities)),
    listRoleAssignments: bounded(reading(scopes.identities, scopes.directReports)),
    listEntitlementsOfIdentity: bounded(reading(scopes.entitlements)),
    listIdentityAttributes: unaffected(reading(scopes.identityAttributes)),
  }),
  servedBy('mining', PublicIdentitiesService, {
    getPublicIdentities: bounded(reading([scopes.defaultScope], scopes.identities)),
  }),
  servedBy('mining', EntitlementsService, {
    listEntitlements: bounded(reading(scopes.entitlements)),
    getEntitlement: bounded(reading(scopes.entitlements)),
    listEntitlementParents: bounded(reading(scopes.entitlements)),
    listEntitlementChildren: bounded(reading(scopes.entitlements)),
    listEntitlementsOfAccount: bounded(reading(scopes.entitlements)),
  }),
  servedBy('mining', AccountsService, {
    listAccounts: bounded(reading(scopes.accounts)),
    getAccount: bounded(reading(scopes.accounts)),
    getAccountEntitlements: bounded(reading(scopes.accounts)),
  }),
  servedBy('mining', AccountUsagesService, {
    getUsagesByAccountId: bounded(reading(scopes.identityHistory)),
  }),
  servedBy('mining', SourceUsagesService, {
    getStatusBySourceId: bounded(reading(scopes.identityHistory)),
    getUsagesBySourceId: bounded(reading(scopes.identityHistory)),
  }),
  servedBy('mining', WorkgroupsService, {
    listWorkgroups: unaffected(reading(scopes.workgroups)),
    getWorkgroup: unaffected(reading(scopes.workgroups)),
    listWorkgroupMembers: unaffected(reading(scopes.workgroups)),
  }),
  servedBy('mining', IdentityProfilesService, {
    listIdentityProfiles: unaffected(reading(scopes.identityProfiles)),
    getIdentityProfile: unaffected(reading(scopes.identityProfiles)),
    getLifecycleStates: unaffected(reading(scopes.lifecycleStates)),
  }),
  servedBy('mining', TenantService, {
    getTenant: unaffected(reading(scopes.tenant)),
  }),
  servedBy('mining', UnheldService, {
    listCampaigns: unaffected(reading(scopes.campaigns)),
    listCertifications: unaffected(reading(scopes.campaigns)),
    listAccountActivities: unaffected(reading()),
    listWorkflows: unaffected(reading()),
    listTransforms: unaffected(reading()),
    listSegments: unaffected(reading()),
    listSourceApps: unaffected(reading()),
  }),
]
