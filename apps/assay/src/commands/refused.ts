import type { Fault } from '@assay/sources'

/** How a load ends that is not begun, by the exit code that says so. */
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
