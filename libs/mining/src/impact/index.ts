export { candidateImpact } from './candidate-impact.ts'
export { type EntitlementHolders, holdersInSteps } from './entitlement-holders.ts'
export { mostAffectedFirst } from './impact-order.ts'
export {
  type CellChange,
  cellChanges,
  type ImpactMode,
  type ImpactQuestion,
  impactMarks,
  type OtherWay,
} from './impact-question.ts'
export type { ApartCount, CandidateImpact, ImpactColumns, ImpactCount, ImpactKind } from './impact-result.ts'
export { type ImpactCell, ImpactRows } from './impact-rows.ts'
export { SeparatedAccess } from './separated-access.ts'
