import {
  AccountsService,
  AccountUsagesService,
  EntitlementsService,
  IdentitiesService,
  IdentityProfilesService,
  PublicIdentitiesService,
  SearchService,
  SourcesService,
  SourceUsagesService,
  TenantService,
  UnheldService,
  WorkgroupsService,
} from '@assay/contracts'
import type { ConnectRouter } from '@connectrpc/connect'
import type { ServiceContext } from '../service-context.ts'
import { accountsService } from './accounts-service.ts'
import { identityProfilesService, unheldService, workgroupsService } from './empty-services.ts'
import { entitlementsService } from './entitlements-service.ts'
import { identitiesService } from './identities-service.ts'
import { publicIdentitiesService } from './public-identities-service.ts'
import { roleRoutes } from './role-routes.ts'
import { searchService } from './search-service.ts'
import { sourcesService } from './sources-service.ts'
import { tenantService } from './tenant-service.ts'
import { accountUsagesService, sourceUsagesService } from './usages-services.ts'

/** The services of SailPoint beside role mining that this process serves. */
export function sailpointRoutes(router: ConnectRouter, service: ServiceContext): void {
  router.service(SourcesService, sourcesService(service))
  router.service(IdentitiesService, identitiesService(service))
  router.service(PublicIdentitiesService, publicIdentitiesService(service))
  router.service(EntitlementsService, entitlementsService(service))
  router.service(AccountsService, accountsService(service))
  router.service(AccountUsagesService, accountUsagesService(service))
  router.service(SourceUsagesService, sourceUsagesService(service))
  router.service(WorkgroupsService, workgroupsService())
  router.service(IdentityProfilesService, identityProfilesService())
  router.service(TenantService, tenantService())
  router.service(SearchService, searchService(service))
  router.service(UnheldService, unheldService())
  roleRoutes(router, service)
}
