export type {
  CandidateEdits,
  CandidateReference,
  CandidateRule,
  CandidateSource,
  ResolvedCandidate,
} from './candidate.ts'
export { type CandidateData, type CandidateTools, withCandidates } from './candidates.ts'
export { type ComparedCounts, type ComparedSide, compareCandidates, sideOf } from './compare-candidates.ts'
export type { Combination } from './drafts/draft-definition.ts'
export {
  type Draft,
  type DraftPosition,
  type DraftStep,
  type DraftStepKind,
  deleteDraft,
  draftEtag,
  getDraft,
  listDrafts,
  stepsOf,
} from './drafts/drafts.ts'
export { createDraft, mergeCandidates, type SplitBy, splitCandidate, updateDraft } from './drafts/make-drafts.ts'
export { type ProfileDrift, profileDrift } from './drift/profile-drift.ts'
export { type RoleUpdates, roleUpdates, splitByHolding } from './drift/role-updates.ts'
export { eraseFromCandidates } from './erase-person.ts'
export { batchTotals } from './impact/batch-totals.ts'
export { type ComputedImpact, type ImpactSettings, impactBasis, impactOf } from './impact/compute-impact.ts'
export { exportedCells, type NamedCell, namedCells } from './impact/export-cells.ts'
export {
  cellPage,
  entitlementPlaces,
  everything,
  type ImpactPosition,
  identityPlaces,
} from './impact/impact-pages.ts'
export { orphansBeside } from './impact/orphans-beside.ts'
export { dayText } from './impact/snapshot-facts.ts'
export {
  type CandidateDecision,
  type DecidingCaller,
  decideCandidate,
  undoDecision,
  undoObstacle,
} from './inbox/decide-candidate.ts'
export { getInboxCandidate, type InboxCandidate, type InboxState, inboxKinds } from './inbox/inbox-candidate.ts'
export { type InboxPeoplePosition, inboxPeopleFilters, listInboxPeople } from './inbox/inbox-people.ts'
export { type InboxPosition, inboxBands, inboxOrders, listInbox } from './inbox/list-inbox.ts'
export {
  entitlementPage,
  type HeldEntitlement,
  identityPage,
  type PartPosition,
} from './listed-parts.ts'
