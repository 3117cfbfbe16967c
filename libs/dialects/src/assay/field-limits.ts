import { limitsBy, nameOfOther, nameText, notUnspecified } from '../field-limits.ts'

const atLeastOne = { minimum: 1 }
const price = { minimum: 0 }

export const limitsOf = limitsBy([
  ['assay.profile.v1.AccessProfile', { display_name: nameText, description: { maxLength: 4096 } }],
  ['assay.profile.v1.EntitlementReference', { application_id: nameOfOther, entitlement_id: nameOfOther }],
  [
    'assay.profile.v1.AddAccessProfileMembersRequest',
    { identity_ids: { minItems: 1, maxItems: 10_000, items: { minLength: 1 } } },
  ],
  ['assay.candidate.v1.BatchDecideRequest', { decisions: { minItems: 1, maxItems: 100 } }],
  ['assay.candidate.v1.ListInboxCandidatesRequest', { text: { maxLength: 256 } }],
  ['assay.candidate.v1.Acceptance', { display_name: { maxLength: 256 }, left_out: { maxItems: 1000 } }],
  ['assay.rolemodel.v1.KeptRole', { entitlements: { minItems: 1 } }],
  ['assay.rolemodel.v1.EntitlementName', { application_id: nameOfOther, entitlement_id: nameOfOther }],
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
  ['assay.source.v1.Source', { display_name: { maxLength: 256 }, order: { minimum: 0 } }],
  ['assay.source.v1.CreateLoadRequest', { delimiter: { maxLength: 1 } }],
  ['assay.source.v1.Pull', { address: { minLength: 1, maxLength: 2048 } }],
  ['assay.', { page_size: { minimum: 0 } }],
])
