import type { FieldLimits } from '@assay/transcoding'
import { type DescField, ScalarType } from '@bufbuild/protobuf'

const percentage = { minimum: 0, maximum: 100 }
const searchText = { maxLength: 1000 }
const searchList = { maxItems: 1000 }
const atLeastOne = { minimum: 1 }
const price = { minimum: 0 }

/** Lists name their own elements, others the field itself; the value of zero is refused. */
const notUnspecified = (field: DescField): FieldLimits => {
  const without = (field.enum?.values ?? []).filter(({ number }) => number === 0).map(({ jsonName }) => jsonName)
  return field.fieldKind === 'list' ? { items: { without } } : { without }
}

/** Of a search: texts and lists of any member are bounded alike. */
const searchMember = ({ fieldKind, scalar }: DescField): FieldLimits =>
  fieldKind === 'list' ? searchList : scalar === ScalarType.STRING ? searchText : {}

type Limits = FieldLimits | ((field: DescField) => FieldLimits)

/**
 * What the services refuse although the types allow it, for the API's description; by the names of the proto, after the package
 * or the message that they hold for. `test/platform/described-limits.test.ts` sends the ends of all of them.
 */
const limits: readonly (readonly [of: string, fields: Readonly<Record<string, Limits>>])[] = [
  [
    'sailpoint.',
    {
      prune_threshold: percentage,
      min_entitlement_popularity: percentage,
      min_num_identities_in_potential_role: { minimum: 1, maximum: 1_000_000 },
      limit: { minimum: 0, maximum: 250 },
      offset: { minimum: 0 },
      filters: { maxLength: 8192 },
      operations: { minItems: 1, maxItems: 100 },
    },
  ],
  ['sailpoint.iai.rolemining.v1.RoleMiningSessionDto', { name: { maxLength: 200 } }],
  [
    'c1.api.role_mining_management.v1.CreateAccessProfileFromCohortRequest',
    { display_name: { minLength: 1, maxLength: 256 }, description: { maxLength: 4096 } },
  ],
  [
    'assay.profile.v1.AccessProfile',
    { display_name: { minLength: 1, maxLength: 256 }, description: { maxLength: 4096 } },
  ],
  [
    'c1.api.requestcatalog.v1.RequestCatalogManagementServiceAddAppEntitlementsRequest',
    { app_entitlements: { minItems: 1 } },
  ],
  [
    'c1.api.requestcatalog.v1.RequestCatalogManagementServiceRemoveAppEntitlementsRequest',
    { app_entitlements: { minItems: 1 } },
  ],
  ['c1.mcp.role_mining.v1.AccessScope', { app_id: { minLength: 1 } }],
  ['c1.api.role_mining_management.v1.ListSuggestionsRequest', { states: notUnspecified }],
  ['c1.api.role_mining_management.v1.UpdateSuggestionStateRequest', { state: notUnspecified }],
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
    { attribute: { minLength: 1 }, values: { maxItems: 1000 }, priority: percentage },
  ],
  [
    'c1.api.role_mining_management.v1.CountEntitlementSelectionFilterAttributeValuesRequest',
    { values: { maxItems: 1000 } },
  ],
  ['c1.mcp.role_mining.v1.ProfileFilter', { values: { maxItems: 1000 } }],
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
  ['c1.api.app.v1.AppEntitlementSearchServiceSearchRequest', { page_size: { minimum: 0 }, '*': searchMember }],
  ['assay.profile.v1.ResolvePendingTaskRequest', { decision: notUnspecified }],
  [
    'assay.rolemodel.v1.Prices',
    { role: price, membership: price, entitlement: price, missing: { exclusiveMinimum: 0 }, added: price },
  ],
  [
    'assay.rolemodel.v1.Constraints',
    {
      max_roles_per_identity: atLeastOne,
      max_identities_per_role: atLeastOne,
      max_entitlements_per_role: atLeastOne,
      over_grant_budget: atLeastOne,
    },
  ],
  ['c1.api.role_mining_management.v1.', { minimum_coverage_basis_points: { minimum: 0, maximum: 10_000 } }],
  ['', { page_size: { minimum: 0 } }],
]

/** The limits of a field in all requests that hold it; undefined where its type says everything. */
export function limitsOf(field: DescField): FieldLimits | undefined {
  const { typeName } = field.parent
  const [, fields] =
    limits.find(([of, named]) => typeName.startsWith(of) && (Object.hasOwn(named, field.name) || '*' in named)) ?? []
  const limit = fields?.[field.name] ?? fields?.['*']
  return typeof limit === 'function' ? limit(field) : limit
}
