import type { MiningErrorKind } from '@assay/mining'
import type { CompiledPolicies } from '@assay/policies'
import type { RoleFront, RoleModelProgress } from '@assay/role-model'
import type { RevisedModel, StandingModel } from './revised-model.ts'
import type { StoredSettings } from './role-model-request.ts'
import type { MinedModel } from './role-models.ts'

/** The data with which the thread starts. */
export interface ModelTask {
  readonly buffer: SharedArrayBuffer
  readonly settings: StoredSettings
  readonly policies: CompiledPolicies | undefined
  /** The model to revise; undefined to mine one. */
  readonly standing: StandingModel | undefined
}

/** A message of the thread. */
export type ModelMessage =
  | { readonly kind: 'progress'; readonly progress: RoleModelProgress }
  | { readonly kind: 'result'; readonly model: MinedModel; readonly fronts: readonly RoleFront[] | undefined }
  | { readonly kind: 'revised'; readonly revised: RevisedModel }
  | { readonly kind: 'problem'; readonly problem: ModelProblem }

/** The members of a `MiningError`, since instances of classes cannot be passed between threads. */
interface ModelProblem {
  readonly kind: MiningErrorKind
  readonly field: string
  readonly expected: string
  readonly got: string
}

/** The shortest time between two reports of progress. */
export const progressIntervalMs = 250
