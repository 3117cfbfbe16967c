import type { ReadinessQuestion } from '@assay/mining'

/** What the thread is born with. */
export interface MeasureTask {
  readonly buffer: SharedArrayBuffer
  readonly question: ReadinessQuestion
}
