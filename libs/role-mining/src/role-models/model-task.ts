import type { MiningErrorKind } from '@assay/mining'
import type { CompiledPolicies } from '@assay/policies'
import type { RoleFront, RoleModelProgress } from '@assay/role-model'
import type { RevisedModel, StandingModel } from './revised-model.ts'
import type { StoredSettings } from './role-model-request.ts'
import type { MinedModel } from './role-models.ts'

/** What the thread is born with. */
export interface ModelTask {
  readonly buffer: SharedArrayBuffer
  readonly settings: StoredSettings
  readonly policies: CompiledPolicies | undefined
  /** The model that is revised; undefined where one is mined. */
  readonly standing: StandingModel | undefined
}

/** What the thread tells. */
export type ModelMessage =
  | { readonly kind: 'progress'; readonly progress: RoleModelProgress }
  | { readonly kind: 'result'; readonly model: MinedModel; readonly fronts: readonly RoleFront[] | undefined }
  | { readonly kind: 'revised'; readonly revised: RevisedModel }
  | { readonly kind: 'problem'; readonly problem: ModelProblem }

/** A `MiningError` in parts, since classes do not cross threads. */
interface ModelProblem {
  readonly kind: MiningErrorKind
  readonly field: string
  readonly expected: string
  readonly got: string
}

/** Progress is told at most this often. */
export const progressIntervalMs = 250
