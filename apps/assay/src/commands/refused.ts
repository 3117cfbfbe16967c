import type { Fault } from '@assay/sources'

/** A load that was refused before it began; the exit status gives the reason. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: 2 | 3 | 4
  readonly faults: readonly Fault[]

  constructor(status: 2 | 3 | 4, message: string, faults: readonly Fault[] = []) {
    super(message)
    this.status = status
    this.faults = faults
  }
}
