import { MiningError } from '@assay/mining'

/** Where a run is: parts of the access that are done, and what it does in the present one. */
export interface RoleModelProgress {
  readonly phase: 'reduce' | 'drop_implied' | 'cover' | 'bound' | 'search' | 'describe' | 'limits' | 'verify'
  readonly componentsDone: number
  readonly components: number
}

export interface RoleModelHooks {
  readonly onProgress?: ((progress: RoleModelProgress) => void) | undefined
  /** Asked often, also inside long loops; true ends the run with a `stopped` error, and nothing is left behind. */
  readonly shouldStop?: (() => boolean) | undefined
}

interface Run {
  /** To be called inside every long loop; `work` is about how many tens of microseconds passed, 1 when left out. */
  readonly step: (work?: number) => void
  readonly enter: (phase: RoleModelProgress['phase'], componentsDone: number, components: number) => void
}

export function startRun({ onProgress, shouldStop }: RoleModelHooks): Run {
  let steps = 0
  const ask = () => {
    if (shouldStop?.() === true) {
      throw new MiningError('stopped', 'role model', 'to run to its end', 'a request to stop')
    }
  }
  return {
    step: (work = 1) => {
      steps += work
      if (steps < 256) return
      steps = 0
      ask()
    },
    enter: (phase, componentsDone, components) => {
      ask()
      onProgress?.({ phase, componentsDone, components })
    },
  }
}
