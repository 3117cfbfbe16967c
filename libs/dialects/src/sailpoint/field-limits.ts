import type { FieldLimits } from '@assay/transcoding'
import type { DescField } from '@bufbuild/protobuf'
import { limitsBy, nameText, percentage } from '../field-limits.ts'

/** A field that is not supported is refused unless it is empty. */
const notOffered = { maxLength: 0 }
const noElements = { maxItems: 0 }

/** The document of a search, in a field that holds any JSON value. */
const search = { type: 'object', required: true } as const

/** The table matches messages by the beginning of their names; this applies limits only to the message `Role` itself. */
const ofRole =
  (limits: FieldLimits) =>
  ({ parent }: DescField): FieldLimits =>
    parent.name === 'Role' ? limits : {}

export const limitsOf = limitsBy([
  ['sailpoint.search.v1.SearchPostRequest', { search, limit: { minimum: 0, maximum: 10_000 } }],
  ['sailpoint.search.v1.Search', { search }],
  ['sailpoint.commonaccess.v1.CommonAccessItem', { access: { required: true } }],
  ['sailpoint.commonaccess.v1.CommonAccess', { type: { enum: ['ROLE'] } }],
  [
    'sailpoint.roles.v1.Role',
    {
      name: ofRole({ ...nameText, maxLength: 128, required: true }),
      description: ofRole({ maxLength: 2000 }),
      owner: ofRole({ required: true }),
      access_profiles: ofRole(noElements),
      additional_owners: ofRole(noElements),
      segments: ofRole(noElements),
      dimension_refs: ofRole(noElements),
    },
  ],
  ['sailpoint.roles.v1.DeleteBulkRolesRequest', { role_ids: { minItems: 1, maxItems: 50 } }],
  ['sailpoint.recommendations.v1.GetRecommendationsRequest', { requests: { minItems: 1, maxItems: 100 } }],
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
      for_subadmin: notOffered,
      operations: { minItems: 1, maxItems: 100 },
    },
  ],
  [
    'sailpoint.iai.rolemining.v1.JsonPatchOperation',
    { op: { pattern: '^(?:add|remove|replace)$', required: true }, path: { pattern: '^/', required: true } },
  ],
  ['sailpoint.iai.rolemining.v1.RoleMiningSessionDto', { name: { maxLength: 200 } }],
])
