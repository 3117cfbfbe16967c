import type { PopulationOutcome } from './cohort-analysis.ts'
import type { CohortMiningSettings, Population } from './cohort-settings.ts'
import type { Combination } from './combinations.ts'
import type { CountedCombination } from './counted-combination.ts'
import type { MiningErrorKind } from './mining-error.ts'
import type { PopulationGraph } from './population.ts'

/** The data with which a worker thread starts. All threads share the same memory. */
export interface WorkerBirth {
  readonly snapshotBuffer: SharedArrayBuffer
  readonly settings: CohortMiningSettings
  /** One Int32Array: see `controlSlots`. */
  readonly control: SharedArrayBuffer
}

/** Cells of the control array: the next combination to count, and the stop flag (1 to stop). */
export const controlSlots = { next: 0, stop: 1 } as const

/** Orders to a worker. Their arrays lie in shared memory, so a message does not copy the contents. */
export type Order =
  | { readonly kind: 'check' }
  | { readonly kind: 'prepare'; readonly population: Population }
  | { readonly kind: 'plan'; readonly level: number; readonly known: readonly CountedCombination[] }
  | { readonly kind: 'adopt'; readonly graph: PopulationGraph }
  | {
      readonly kind: 'count'
      readonly combinations: readonly Combination[]
      readonly known: readonly CountedCombination[]
    }
  | { readonly kind: 'conclude'; readonly known: readonly CountedCombination[] }

/** The fields of a `MiningError`. Threads cannot pass instances of classes. */
interface Problem {
  readonly kind: MiningErrorKind
  readonly field: string
  readonly expected: string
  readonly got: string
}

/** Answers of a worker: one for each order, and `counted` for each combination that it counted. */
export type Answer =
  | { readonly kind: 'checked'; readonly problem?: Problem }
  | { readonly kind: 'prepared'; readonly graph: PopulationGraph }
  | { readonly kind: 'planned'; readonly combinations: readonly Combination[] }
  | { readonly kind: 'adopted' }
  | { readonly kind: 'counted'; readonly task: number; readonly result: CountedCombination }
  | { readonly kind: 'counted-all' }
  | { readonly kind: 'concluded'; readonly outcome: PopulationOutcome }
