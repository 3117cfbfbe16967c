import type { ResolvedCandidate } from '@assay/candidates'
import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'

/** Kinds of candidates as the API names them. */
export const candidateKinds: Readonly<Record<ResolvedCandidate['provenance']['kind'], CandidateKind>> = {
  suggestion: CandidateKind.SUGGESTION,
  potential_role: CandidateKind.POTENTIAL_ROLE,
  selection: CandidateKind.SELECTION,
  model_role: CandidateKind.MODEL_ROLE,
  profile: CandidateKind.PROFILE,
  ad_hoc: CandidateKind.AD_HOC,
  draft: CandidateKind.DRAFT,
}
