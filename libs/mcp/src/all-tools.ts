import type { Tool } from './tool.ts'
import { analyzeCohort } from './tools/analyze-cohort.ts'
import { explainCandidate, listCandidates } from './tools/candidates.ts'
import { compareRuns } from './tools/compare-runs.ts'
import { computeImpact } from './tools/compute-impact.ts'
import { acceptCandidate, dismissCandidate } from './tools/decide-candidate.ts'
import { describeCohort, evaluateSelection } from './tools/describe-cohort.ts'
import { explainEntitlement } from './tools/explain-entitlement.ts'
import { explainRun, explainWhyNothing } from './tools/explain-why-nothing.ts'
import { getDrift } from './tools/get-drift.ts'
import { getOrgOverview } from './tools/get-org-overview.ts'
import { getResidual } from './tools/get-residual.ts'
import { listAttributes, listAttributeValues } from './tools/list-attributes.ts'
import { setPolicy } from './tools/set-policy.ts'

/** All tools, in the order in which agents see them. */
export const allTools: readonly Tool[] = [
  getOrgOverview,
  listAttributes,
  listAttributeValues,
  describeCohort,
  evaluateSelection,
  analyzeCohort,
  listCandidates,
  explainCandidate,
  explainWhyNothing,
  explainRun,
  explainEntitlement,
  computeImpact,
  getResidual,
  getDrift,
  compareRuns,
  dismissCandidate,
  acceptCandidate,
  setPolicy,
]
