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
import { bounded, decide, read, refused, unaffected } from '../call-access.ts'
import { type ServedService, servedBy } from '../served-service.ts'

/** The access of the calls that read the directory. */
export const directoryServices: readonly ServedService[] = [
  servedBy('mining', UserService, {
    list: bounded(read),
    get: bounded(read),
    introspect: bounded(read),
    getUserProfileTypes: bounded(read),
  }),
  servedBy('mining', UserSearch, { search: bounded(read) }),
  servedBy('mining', Apps, { list: bounded(read), get: bounded(read) }),
  servedBy('mining', AppSearch, { search: bounded(read) }),
  servedBy('mining', AppOwners, { list: bounded(read), listOwnerIDs: bounded(read) }),
  servedBy('mining', AppEntitlements, {
    list: bounded(read),
    get: bounded(read),
    update: refused(decide, 'the rule of a profile may later match people outside the scope'),
    listUsers: bounded(read),
    listForAppResource: bounded(read),
    listForAppUser: bounded(read),
  }),
  servedBy('mining', AppEntitlementSearchService, {
    search: bounded(read),
    searchGrants: bounded(read),
    searchAppEntitlementsForAppUser: bounded(read),
    searchAppEntitlementsWithExpired: bounded(read),
  }),
  servedBy('mining', AppEntitlementOwners, { list: bounded(read), listOwnerIDs: bounded(read) }),
  servedBy('mining', AppEntitlementUserBindingService, { listAppUsersForIdentityWithGrant: bounded(read) }),
  servedBy('mining', AppUserService, {
    list: bounded(read),
    search: bounded(read),
    listAppUsersForUser: bounded(read),
  }),
  servedBy('mining', AppResourceTypeService, { list: bounded(read), get: bounded(read) }),
  servedBy('mining', AppResourceService, { list: bounded(read), get: bounded(read) }),
  servedBy('mining', AppResourceSearch, {
    searchAppResourceTypes: bounded(read),
    searchAppResources: bounded(read),
  }),
  servedBy('mining', Attributes, {
    listRiskLevels: bounded(read),
    getRiskLevelAttributeValue: bounded(read),
    listComplianceFrameworks: unaffected(read),
    getComplianceFrameworkAttributeValue: unaffected(read),
    listAttributeTypes: unaffected(read),
    listAttributeValues: bounded(read),
    getAttributeValue: bounded(read),
  }),
  servedBy('mining', AttributeSearch, { searchAttributeValues: bounded(read) }),
  servedBy('mining', OriginDirectoryService, { list: unaffected(read), get: unaffected(read) }),
  servedBy('mining', Roles, { list: unaffected(read), get: unaffected(read) }),
]
