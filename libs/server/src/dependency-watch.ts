import { DomainError } from '@assay/errors'
import type { Logger } from './logger.ts'
import { patience } from './patience.ts'

/**
 * Resolves when the dependency answers, with a text if the operator should know something of it; rejects with anything when it does not.
 * Operators are shown the words of a DomainError; anything else is for the log. `signal` is aborted when the check is given up.
 */
export type DependencyCheck = (signal: AbortSignal) => Promise<unknown>

/**
 * `late`: it answered the check before, and has not answered this one in time. Calls may still find it, and where the whole machine
 * is busy, sending them away helps nobody.
 */
type DependencyState = 'ok' | 'late' | 'unavailable'

export interface Outcome {
  readonly state: DependencyState
  readonly remark?: string | undefined
}

/** What a check came to. */
type Answer = { readonly remark: unknown } | { readonly error: unknown }

interface RunningCheck {
  readonly answer: Promise<Answer>
  readonly giveUp: AbortController
}

const checkTimeoutMs = 2_000

/** The state of one dependency, from its last answers and from how long it has not given any. */
export class DependencyWatch {
  readonly #name: string
  readonly #check: DependencyCheck
  readonly #logger: Logger
  readonly #patience: typeof patience
  #looking: Promise<Outcome> | undefined
  #running: RunningCheck | undefined
  /** Undefined before the first answer. */
  #state: DependencyState | undefined

  /** @param ownPatience for tests: time that passes by hand */
  constructor(name: string, check: DependencyCheck, logger: Logger, ownPatience = patience) {
    this.#name = name
    this.#check = check
    this.#logger = logger
    this.#patience = ownPatience
  }

  /** Checks it; looks at the same time are one look. Each waits two seconds of this process's own time (`patience`) at most. */
  look(): Promise<Outcome> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<Outcome> {
    // A check that was late goes on: another one would make a busy machine busier.
    this.#running ??= this.#begin()
    const running = this.#running
    const over = new AbortController()
    const late = this.#patience(checkTimeoutMs, over.signal).then(() => undefined)
    const answer = await Promise.race([running.answer, late])
    over.abort()
    if (answer === undefined) return this.#late(running)
    if ('error' in answer) return this.#away(answer.error)
    return { state: 'ok', remark: typeof answer.remark === 'string' ? answer.remark : undefined }
  }

  #begin(): RunningCheck {
    const giveUp = new AbortController()
    // What a check throws before it waits for anything is its answer as well.
    const check = async () => this.#check(giveUp.signal)
    const answer = check().then(
      (remark) => ({ remark }),
      (error: unknown) => ({ error }),
    )
    const running = { answer, giveUp }
    answer.then((come) => {
      if (this.#running !== running) return
      this.#running = undefined
      // Also one that came after its look had ended.
      if ('remark' in come) this.#answered()
    })
    return running
  }

  #answered(): void {
    if (this.#state !== undefined && this.#state !== 'ok')
      this.#logger.info({ dependency: this.#name }, 'a dependency answers again')
    this.#state = 'ok'
  }

  #late(running: RunningCheck): Outcome {
    if (this.#state === 'ok') {
      this.#state = 'late'
      this.#logger.warn({ dependency: this.#name }, 'a dependency answers late')
      return { state: 'late', remark: `it did not answer within ${checkTimeoutMs / 1000} s` }
    }
    running.giveUp.abort()
    this.#running = undefined
    const seconds = ((this.#state === 'late' ? 2 : 1) * checkTimeoutMs) / 1000
    return this.#away(new Error(`no answer within ${seconds} s`), `it has not answered for ${seconds} s`)
  }

  /** The reason is logged at each change only: a probe every second would bury everything else. */
  #away(error: unknown, words = error instanceof DomainError ? error.message : undefined): Outcome {
    if (this.#state !== 'unavailable')
      this.#logger.warn({ dependency: this.#name, err: error }, 'a dependency does not answer')
    this.#state = 'unavailable'
    return { state: 'unavailable', remark: words }
  }
}
