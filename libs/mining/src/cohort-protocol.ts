import type { PopulationOutcome } from './cohort-analysis.ts'
import type { CohortMiningSettings, Population } from './cohort-settings.ts'
import type { Combination } from './combinations.ts'
import type { CountedCombination } from './counted-combination.ts'
import type { MiningErrorKind } from './mining-error.ts'
import type { PopulationGraph } from './population.ts'

/** What a worker thread is born with. All threads see the same bytes. */
export interface WorkerBirth {
  readonly snapshotBuffer: SharedArrayBuffer
  readonly settings: CohortMiningSettings
  /** One Int32Array: see `controlSlots`. */
  readonly control: SharedArrayBuffer
}

/** Cells of the control array: the next combination to take, and whether to stop (1). */
export const controlSlots = { next: 0, stop: 1 } as const

/** Orders to a worker. Every array in them lies in shared memory, so posting them copies descriptions only. */
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

/** A `MiningError` in parts, since classes do not cross threads. */
interface Problem {
  readonly kind: MiningErrorKind
  readonly field: string
  readonly expected: string
  readonly got: string
}

/** Answers of a worker: one for each order, and `counted` for each combination that it took. */
export type Answer =
  | { readonly kind: 'checked'; readonly problem?: Problem }
  | { readonly kind: 'prepared'; readonly graph: PopulationGraph }
  | { readonly kind: 'planned'; readonly combinations: readonly Combination[] }
  | { readonly kind: 'adopted' }
  | { readonly kind: 'counted'; readonly task: number; readonly result: CountedCombination }
  | { readonly kind: 'counted-all' }
  | { readonly kind: 'concluded'; readonly outcome: PopulationOutcome }
