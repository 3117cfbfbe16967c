import { limitsBy, nameOfOther, nameText, notUnspecified } from '../field-limits.ts'

const atLeastOne = { minimum: 1 }
const price = { minimum: 0 }
/** Lists of entitlements that are examined together. */
const named = { minItems: 1, maxItems: 20 }
/** Base64 of at least one byte, in either alphabet, with or without padding. */
const base64OfSome = {
  minLength: 2,
  pattern: '^([A-Za-z0-9+/_-]{4})*([A-Za-z0-9+/_-]{2}(==)?|[A-Za-z0-9+/_-]{3}=?)?$',
}

export const limitsOf = limitsBy([
  ['assay.profile.v1.AccessProfile', { display_name: nameText, description: { maxLength: 4096 } }],
  // Calls about insight accept a reference without its application; all other calls refuse it and name the field.
  ['assay.directory.v1.EntitlementReference', { entitlement_id: nameOfOther }],
  [
    'assay.profile.v1.AddAccessProfileMembersRequest',
    { identity_ids: { minItems: 1, maxItems: 10_000, items: { minLength: 1 } } },
  ],
  ['assay.publication.v1.PreviewPublicationRequest', { access_profile_ids: { maxItems: 100 } }],
  ['assay.publication.v1.CreatePublicationRequest', { access_profile_ids: { maxItems: 100 } }],
  [
    'assay.event.v1.Webhook',
    { url: { maxLength: 2000 }, description: { maxLength: 200 }, event_types: { maxItems: 100 } },
  ],
  ['assay.candidate.v1.BatchDecideRequest', { decisions: { minItems: 1, maxItems: 100 } }],
  [
    'assay.candidate.v1.ListInboxCandidatesRequest',
    { text: { maxLength: 256 }, states: notUnspecified, kinds: notUnspecified, bands: notUnspecified },
  ],
  ['assay.candidate.v1.Dismissal', { comment: { maxLength: 4096 } }],
  ['assay.candidate.v1.Acceptance', { display_name: { maxLength: 256 }, left_out: { maxItems: 1000 } }],
  ['assay.explore.v1.DescribeCohortRequest', { conditions: { maxItems: 32 } }],
  ['assay.explore.v1.EvaluateSelectionRequest', { conditions: { maxItems: 32 }, entitlements: { maxItems: 1000 } }],
  ['assay.explore.v1.SearchConditionsRequest', { text: { maxLength: 256 }, conditions: { maxItems: 32 } }],
  ['assay.matrix.v1.MatrixView', { conditions: { maxItems: 32 } }],
  [
    'assay.matrix.v1.GetMatrixWindowRequest',
    {
      row_start: { minimum: 0 },
      row_count: { minimum: 0, maximum: 4000 },
      row_step: { minimum: 0 },
      column_start: { minimum: 0 },
      column_count: { minimum: 0, maximum: 4000 },
    },
  ],
  ['assay.matrix.v1.FindInMatrixRequest', { text: { minLength: 1, maxLength: 256 } }],
  ['assay.rolemodel.v1.ListRoleModelChangesRequest', { revision: { minimum: 1 } }],
  ['assay.rolemodel.v1.KeptRole', { entitlements: { minItems: 1 } }],
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
  [
    'assay.decision.v1.DismissSuggestionRequest',
    { comment: { maxLength: 4096 }, change_percent: { minimum: 0, maximum: 100 } },
  ],
  ['assay.decision.v1.RestoreSuggestionRequest', { comment: { maxLength: 4096 } }],
  ['assay.ledger.v1.ExportEntriesRequest', { after_position: { minimum: 0 } }],
  [
    'assay.session.v1.MiningSession',
    {
      display_name: { maxLength: 200 },
      tightness: { minimum: 0, maximum: 100 },
      fewest_people: { minimum: 0, maximum: 1_000_000 },
    },
  ],
  ['assay.session.v1.SessionPopulation', { filters: { maxItems: 50 } }],
  ['assay.session.v1.SessionFilter', { attribute: { minLength: 1 }, values: { minItems: 1, maxItems: 1000 } }],
  [
    'assay.client.v1.CreateClientRequest',
    {
      display_name: { minLength: 1, maxLength: 200 },
      role: notUnspecified,
      dialect: { pattern: '^(c1|sailpoint)?$' },
    },
  ],
  ['assay.client.v1.ReaderScope', { filters: { maxItems: 32 } }],
  ['assay.client.v1.ReaderScope.Filter', { values: { minItems: 1, maxItems: 1000 } }],
  ['assay.people.v1.ListPeopleRequest', { text: { maxLength: 256 } }],
  ['assay.people.v1.GivenAccess', { role: notUnspecified }],
  ['assay.people.v1.Scope', { filters: { maxItems: 32 } }],
  ['assay.people.v1.ScopeFilter', { values: { minItems: 1, maxItems: 1000 } }],
  [
    'assay.people.v1.Issuer',
    { display_name: nameOfOther, client_id: nameOfOther, scopes: { maxItems: 20 }, contact: { maxLength: 200 } },
  ],
  ['assay.people.v1.CreateIssuerRequest', { client_secret: { maxLength: 1000 } }],
  ['assay.policy.v1.Policy', { display_name: nameText, description: { maxLength: 4096 } }],
  ['assay.policy.v1.ProtectedAccess', { from_coverage_basis_points: { minimum: 1, maximum: 10_000 } }],
  ['assay.policy.v1.UnusedAccess', { days: { minimum: 1, maximum: 3650 } }],
  [
    'assay.policy.v1.SeparationOfDuties',
    {
      severity: notUnspecified,
      first: { minItems: 1, maxItems: 10_000 },
      second: { minItems: 1, maxItems: 10_000 },
      exceptions: { maxItems: 1000 },
    },
  ],
  ['assay.policy.v1.PolicyException', { identity_id: nameOfOther, reason: { maxLength: 1000 } }],
  [
    'assay.policy.v1.OverGrantBudget',
    {
      most_basis_points: { minimum: 0, maximum: 10_000 },
      most_grants: { minimum: 0, maximum: 1_000_000_000 },
      privileged_weight: { minimum: 1, maximum: 1000 },
    },
  ],
  [
    'assay.policy.v1.SizeAndNaming',
    {
      fewest_members: { minimum: 0, maximum: 1_000_000_000 },
      fewest_entitlements: { minimum: 0, maximum: 1_000_000_000 },
      name_pattern: { maxLength: 1000 },
    },
  ],
  ['assay.policy.v1.RiskLevels', { levels: { minItems: 1, maxItems: 50, items: { minLength: 1, maxLength: 100 } } }],
  ['assay.candidate.v1.MergeCandidatesRequest', { candidates: { minItems: 2, maxItems: 10 } }],
  ['assay.candidate.v1.', { minimum_coverage_basis_points: { minimum: 0, maximum: 10_000 } }],
  ['assay.impact.v1.BatchComputeImpactRequest', { candidates: { minItems: 1, maxItems: 100 } }],
  ['assay.impact.v1.', { unused_days: { minimum: 0, maximum: 3650 }, changes: notUnspecified }],
  ['assay.insight.v1.', { max_results: { minimum: 0 }, layers: notUnspecified }],
  ['assay.insight.v1.DescribeEntitlementsRequest', { entitlements: named }],
  ['assay.insight.v1.ListEntitlementHoldersRequest', { entitlements: named }],
  ['assay.insight.v1.ExplainCohortRequest', { conditions: { minItems: 1, maxItems: 32 } }],
  [
    'assay.insight.v1.MiningSettings',
    {
      min_cohort_size: { orZero: true, minimum: 2, maximum: 100_000 },
      min_entitlements: { orZero: true, minimum: 1, maximum: 1000 },
      min_coverage: { orZero: true, exclusiveMinimum: 0.5, maximum: 1 },
      expected_coverage: { minimum: 0, maximum: 1 },
      min_lift: { orZero: true, minimum: 1, maximum: 1000 },
      max_filters: { orZero: true, minimum: 1, maximum: 4 },
      max_attributes: { orZero: true, minimum: 1, maximum: 16 },
      max_suggestions: { orZero: true, minimum: 1, maximum: 1000 },
      common_access_share: { minimum: 0, maximum: 1 },
    },
  ],
  [
    'assay.review.v1.CreateReviewRequest',
    {
      display_name: nameText,
      note: { maxLength: 4096 },
      items: { minItems: 1, maxItems: 100 },
      reviewer_ids: { maxItems: 20 },
    },
  ],
  ['assay.review.v1.NewReviewItem', { reviewer_ids: { maxItems: 20 } }],
  ['assay.review.v1.AssignReviewItemRequest', { reviewer_ids: { minItems: 1, maxItems: 20 } }],
  ['assay.review.v1.DecideReviewItemRequest', { verdict: notUnspecified, left_out: { maxItems: 1000 } }],
  ['assay.review.v1.CarryOutReviewRequest', { after_number: { minimum: 0 } }],
  ['assay.review.v1.AddReviewCommentRequest', { text: { minLength: 1, maxLength: 4096 } }],
  [
    'assay.review.v1.ListCandidateReviewItemsRequest',
    {
      candidate_kind: {
        without: [
          'CANDIDATE_KIND_UNSPECIFIED',
          'CANDIDATE_KIND_SELECTION',
          'CANDIDATE_KIND_MODEL_ROLE',
          'CANDIDATE_KIND_AD_HOC',
        ],
      },
    },
  ],
  ['assay.review.v1.ListReviewsRequest', { state: notUnspecified }],
  ['assay.review.v1.', { comment: { maxLength: 4096 } }],
  ['assay.change.v1.SetHealthGoalRequest', { measure: notUnspecified }],
  ['assay.change.v1.', { fates: notUnspecified }],
  ['assay.source.v1.Source', { display_name: { maxLength: 256 }, order: { minimum: 0 } }],
  ['assay.source.v1.CreateUploadRequest', { file_name: { minLength: 1, maxLength: 512 }, size_bytes: { minimum: 0 } }],
  ['assay.source.v1.UploadPartRequest', { offset: { minimum: 0 }, data: base64OfSome }],
  ['assay.source.v1.TakeUploadsRequest', { upload_ids: { minItems: 1, maxItems: 100 } }],
  ['assay.source.v1.PreviewMapRequest', { upload_ids: { minItems: 1, maxItems: 50 }, delimiter: { maxLength: 1 } }],
  ['assay.source.v1.CreateLoadRequest', { delimiter: { maxLength: 1 } }],
  // Each kind may occur once.
  ['assay.source.v1.PullSourceRequest', { kinds: (field) => ({ ...notUnspecified(field), maxItems: 4 }) }],
  ['assay.source.v1.Pull', { address: { minLength: 1, maxLength: 2048 } }],
  ['assay.view.v1.', { display_name: nameText }],
  ['assay.', { page_size: { minimum: 0 } }],
])
