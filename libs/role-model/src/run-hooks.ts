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

export type Phase = RoleModelProgress['phase']

/**
 * To be called inside every long loop; `work` is about how many tens of microseconds passed, 1 when left out. False when the
 * work that the phase may take is done: the loop ends if what it has is of use.
 */
export type Step = (work?: number) => boolean

interface Run {
  readonly step: Step
  readonly enter: (phase: Phase, componentsDone: number, components: number) => void
  /** The same for one part of the access, which may take `share` of the work. */
  readonly part: (share: number) => Pick<Run, 'step'> & { readonly startPhase: (phase: Phase) => void }
  /** The first phase that ended before it was done, undefined when all were. */
  readonly cutPhase: () => Phase | undefined
}

/** Up to which share of the work of a part each phase may go, so that those after it have some left. */
const phaseEnds: Readonly<Record<Phase, number>> = {
  reduce: 1,
  drop_implied: 0.3,
  cover: 0.5,
  bound: 0.6,
  search: 1,
  describe: 1,
  limits: 1,
  verify: 1,
}

export function startRun({ onProgress, shouldStop }: RoleModelHooks, workBudget: number): Run {
  let steps = 0
  let cut: Phase | undefined
  const ask = () => {
    if (shouldStop?.() === true) {
      throw new MiningError('stopped', 'role model', 'to run to its end', 'a request to stop')
    }
  }
  const step = (work = 1) => {
    steps += work
    if (steps >= 256) {
      steps = 0
      ask()
    }
    return true
  }
  return {
    step,
    part: (share) => {
      let spent = 0
      let phase: Phase = 'reduce'
      return {
        startPhase: (entered) => {
          phase = entered
        },
        step: (work = 1) => {
          step(work)
          spent += work
          if (spent <= workBudget * share * phaseEnds[phase]) return true
          cut ??= phase
          return false
        },
      }
    },
    cutPhase: () => cut,
    enter: (phase, componentsDone, components) => {
      ask()
      onProgress?.({ phase, componentsDone, components })
    },
  }
}
