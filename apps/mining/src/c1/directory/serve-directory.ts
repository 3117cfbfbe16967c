import {
  AppEntitlementOwners,
  AppEntitlementSearchService,
  AppEntitlements,
  AppEntitlementUserBindingService,
  AppOwners,
  AppResourceSearch,
  AppResourceService,
  AppResourceTypeService,
  AppSearch,
  Apps,
  AppUserService,
  AttributeSearch,
  Attributes,
  OriginDirectoryService,
  Roles,
  UserSearch,
  UserService,
} from '@assay/contracts'
import type { ConnectRouter } from '@connectrpc/connect'
import type { ServiceContext } from '../../service-context.ts'
import { appEntitlementOwnersService, appOwnersService, appSearchService, appsService } from './app-services.ts'
import { appUserService } from './app-user-service.ts'
import { attributeSearchService, attributesService } from './attribute-services.ts'
import { appEntitlementSearchService } from './entitlement-search-service.ts'
import { appEntitlementsService, appEntitlementUserBindingService } from './entitlement-services.ts'
import { originDirectoryService, platformRolesService } from './origin-services.ts'
import { appResourceSearchService, appResourceService, appResourceTypeService } from './resource-services.ts'
import { userSearchService } from './user-search-service.ts'
import { userService } from './user-service.ts'

/** ConductorOne's services that read the imported data: users, applications, resources, entitlements and grants. */
export function serveDirectory(router: ConnectRouter, service: ServiceContext): void {
  router.service(UserService, userService(service))
  router.service(UserSearch, userSearchService(service))
  router.service(Apps, appsService(service))
  router.service(AppSearch, appSearchService(service))
  router.service(AppOwners, appOwnersService(service))
  router.service(AppEntitlements, appEntitlementsService(service))
  router.service(AppEntitlementSearchService, appEntitlementSearchService(service))
  router.service(AppEntitlementOwners, appEntitlementOwnersService(service))
  router.service(AppEntitlementUserBindingService, appEntitlementUserBindingService(service))
  router.service(AppUserService, appUserService(service))
  router.service(AppResourceTypeService, appResourceTypeService(service))
  router.service(AppResourceService, appResourceService(service))
  router.service(AppResourceSearch, appResourceSearchService(service))
  router.service(Attributes, attributesService(service))
  router.service(AttributeSearch, attributeSearchService(service))
  router.service(OriginDirectoryService, originDirectoryService(service))
  router.service(Roles, platformRolesService(service))
}
