import { limitsBy, percentage } from '../field-limits.ts'

/** What is not offered is refused unless it is empty. */
const notOffered = { maxLength: 0 }

export const limitsOf = limitsBy([
  ['sailpoint.search.v1.SearchPostRequest', { limit: { minimum: 0, maximum: 10_000 } }],
  ['sailpoint.sources.v1.ListSourcesRequest', { for_subadmin: notOffered }],
  ['sailpoint.entitlements.v1.ListEntitlements', { search_after: notOffered }],
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
  [
    'sailpoint.iai.rolemining.v1.JsonPatchOperation',
    { op: { pattern: '^(?:add|remove|replace)$', required: true }, path: { pattern: '^/', required: true } },
  ],
  ['sailpoint.iai.rolemining.v1.RoleMiningSessionDto', { name: { maxLength: 200 } }],
])
