import type { ReadinessQuestion } from '@assay/mining'

/** The data with which the thread starts. */
export interface MeasureTask {
  readonly buffer: SharedArrayBuffer
  readonly question: ReadinessQuestion
}
