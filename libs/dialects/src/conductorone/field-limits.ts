import {
  limitsBy,
  nameOfOther,
  nameText,
  notUnspecified,
  percentage,
  searchList,
  searchMember,
  searchText,
} from '../field-limits.ts'

/** An earlier name of a value of this enum. */
const withoutOldName = { without: ['REQUEST_CATALOG_TYPE_PROFILE'] }

const policyId = { maxLength: 128 }

export const limitsOf = limitsBy([
  [
    'c1.api.role_mining_management.v1.CreateAccessProfileFromCohortRequest',
    { display_name: { ...nameText, required: true }, description: { maxLength: 4096 } },
  ],
  [
    'c1.api.requestcatalog.v1.RequestCatalogManagementServiceCreateRequest',
    { display_name: { ...nameText, required: true }, description: { maxLength: 4096 }, type: withoutOldName },
  ],
  ['c1.api.requestcatalog.v1.RequestCatalogManagementServiceUpdateRequest', { catalog: { required: true } }],
  ['c1.api.requestcatalog.v1.RequestCatalogChange', { display_name: nameText, description: { maxLength: 4096 } }],
  ['c1.api.task.v1.TaskSearchRequest', { page_size: { minimum: 0 }, '*': searchMember }],
  ['c1.api.policy.v1.SearchPoliciesRequest', { page_size: { minimum: 0 }, '*': searchMember }],
  [
    'c1.api.accessconflict.v1.ConflictMonitorCreateRequest',
    { display_name: { ...nameText, required: true }, description: { maxLength: 4096 } },
  ],
  [
    'c1.api.accessconflict.v1.ConflictMonitorUpdateRequest',
    { display_name: nameText, description: { maxLength: 4096 } },
  ],
  ['c1.api.accessconflict.v1.EmailNotifications', { identity_user_ids: { maxItems: 100 } }],
  ['c1.api.accessconflict.v1.', { entitlement_group: (field) => ({ ...notUnspecified(field), required: true }) }],
  ['c1.mcp.role_mining.v1.AccessScope', { app_id: { minLength: 1 } }],
  ['c1.mcp.role_mining.v1.AppEntitlementScopeRef', { app_id: nameOfOther, entitlement_id: nameOfOther }],
  ['c1.api.app.v1.AppEntitlementRef', { app_id: nameOfOther, id: nameOfOther }],
  ['c1.api.role_mining_management.v1.EntitlementRef', { app_id: nameOfOther, entitlement_id: nameOfOther }],
  ['c1.api.role_mining_management.v1.ListSuggestionsRequest', { states: notUnspecified }],
  [
    'c1.api.role_mining_management.v1.UpdateSuggestionStateRequest',
    { state: (field) => ({ ...notUnspecified(field), required: true }) },
  ],
  ['c1.api.role_mining_management.v1.ListCohortFilterAttributeValuesRequest', { q: searchText }],
  [
    'c1.api.role_mining_management.v1.UpdateRoleMiningConfigRequest',
    {
      max_suggestions: { orZero: true, minimum: 1, maximum: 1000 },
      min_cohort_size: { orZero: true, minimum: 2, maximum: 100_000 },
      cohort_hints: { maxItems: 32 },
    },
  ],
  [
    'c1.api.role_mining_management.v1.CohortHintInput',
    { attribute: nameOfOther, values: { maxItems: 1000 }, priority: percentage },
  ],
  [
    'c1.api.role_mining_management.v1.CountEntitlementSelectionFilterAttributeValuesRequest',
    { values: { maxItems: 1000 } },
  ],
  ['c1.mcp.role_mining.v1.ProfileFilter', { attribute: nameOfOther, values: { maxItems: 1000 } }],
  ['c1.mcp.role_mining.v1.ResourceScope', { app_ids: { maxItems: 1000 } }],
  [
    'c1.api.role_mining_management.v1.RoleMiningSearchSuggestionsRequest',
    { query: searchText, states: notUnspecified, cohort_types: searchList, match_types: notUnspecified },
  ],
  [
    'c1.api.user.v1.SearchUsersRequest',
    {
      user_statuses: (field) => ({ ...notUnspecified(field), ...searchList }),
      exclude_types: (field) => ({ ...notUnspecified(field), ...searchList }),
      origins: (field) => ({ ...notUnspecified(field), ...searchList }),
      exclude_origins: (field) => ({ ...notUnspecified(field), ...searchList }),
      page_size: { minimum: 0 },
      '*': searchMember,
    },
  ],
  ['c1.api.app.v1.SearchAppsRequest', { page_size: { minimum: 0 }, '*': searchMember }],
  [
    'c1.api.requestcatalog.v1.RequestCatalogSearchServiceSearchEntitlementsRequest',
    { page_size: { minimum: 0 }, '*': searchMember },
  ],
  ['c1.api.app.v1.AppEntitlementsUpdateRequest', { entitlement: { required: true } }],
  [
    'c1.api.app.v1.AppEntitlementChange',
    {
      grant_policy_id: policyId,
      revoke_policy_id: policyId,
      certify_policy_id: policyId,
      emergency_grant_policy_id: policyId,
    },
  ],
  ['c1.api.accessconflict.v1.SlackNotifications', { channel_id: { maxLength: 256 }, channel_name: { maxLength: 256 } }],
  ['c1.api.app.v1.AppEntitlementSearchServiceSearchRequest', { page_size: { minimum: 0 }, '*': searchMember }],
  [
    'c1.api.app.v1.AppUserServiceSearchRequest',
    {
      app_user_statuses: (field) => ({ ...notUnspecified(field), ...searchList }),
      app_user_types: (field) => ({ ...notUnspecified(field), ...searchList }),
      page_size: { minimum: 0 },
      '*': searchMember,
    },
  ],
  ['c1.api.app.v1.SearchGrantsRequest', { page_size: { minimum: 0 }, '*': searchMember }],
  ['c1.api.app.v1.SearchAppResourceTypesRequest', { page_size: { minimum: 0 }, '*': searchMember }],
  ['c1.api.app.v1.SearchAppResourcesRequest', { page_size: { minimum: 0 }, '*': searchMember }],
  ['c1.api.attribute.v1.SearchAttributeValuesRequest', { page_size: { minimum: 0 }, '*': searchMember }],
  ['c1.api.role_mining_management.v1.', { minimum_coverage_basis_points: { minimum: 0, maximum: 10_000 } }],
  ['c1.', { page_size: { minimum: 0 } }],
])
