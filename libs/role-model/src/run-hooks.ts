import { MiningError } from '@assay/mining'

/** The progress of a run: how many parts of the access are done, and the phase of the present one. */
export interface RoleModelProgress {
  readonly phase: 'reduce' | 'drop_implied' | 'cover' | 'bound' | 'search' | 'describe' | 'limits' | 'verify'
  readonly componentsDone: number
  readonly components: number
}

export interface RoleModelHooks {
  readonly onProgress?: ((progress: RoleModelProgress) => void) | undefined
  /** Called often, also inside long loops. If it returns true, the run ends with a `stopped` error and has no effect. */
  readonly shouldStop?: (() => boolean) | undefined
}

export type Phase = RoleModelProgress['phase']

/**
 * Every long loop calls it. `work` is the work since the last call in steps of about ten microseconds, default 1. False if the
 * work that the phase may do is used up: the loop then ends if its result is of use.
 */
export type Step = (work?: number) => boolean

interface Run {
  readonly step: Step
  readonly enter: (phase: Phase, componentsDone: number, components: number) => void
  /** The step of one part of the access, which may do `share` of the work. */
  readonly part: (share: number) => Pick<Run, 'step'> & { readonly startPhase: (phase: Phase) => void }
  /** The first phase that ended early; undefined if there is none. */
  readonly cutPhase: () => Phase | undefined
}

/** The share of the work of a part that may be used up at the end of each phase, so that later phases have some left. */
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
