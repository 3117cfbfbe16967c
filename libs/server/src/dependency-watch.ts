import { DomainError } from '@assay/errors'
import type { Logger } from './logger.ts'
import { patience } from './patience.ts'

/**
 * Checks a dependency. Resolves when it answers, with a text if the operator should know something about it; rejects when it does not.
 * Operators see the message of a DomainError; other errors are only logged. `signal` is aborted when the check is cancelled.
 */
export type DependencyCheck = (signal: AbortSignal) => Promise<unknown>

/**
 * `late`: it answered the previous check, and has not answered this one in time. Calls may still succeed, and on an overloaded machine,
 * refusing them would not help.
 */
type DependencyState = 'ok' | 'late' | 'unavailable'

export interface Outcome {
  readonly state: DependencyState
  readonly remark?: string | undefined
}

/** The result of a check. */
type Answer = { readonly remark: unknown } | { readonly error: unknown }

interface RunningCheck {
  readonly answer: Promise<Answer>
  readonly giveUp: AbortController
}

const checkTimeoutMs = 2_000

/** The state of one dependency, by its last answers and the time since. */
export class DependencyWatch {
  readonly #name: string
  readonly #check: DependencyCheck
  readonly #logger: Logger
  readonly #patience: typeof patience
  #looking: Promise<Outcome> | undefined
  #running: RunningCheck | undefined
  /** Undefined before the first answer. */
  #state: DependencyState | undefined

  /** @param ownPatience for tests, which control the time */
  constructor(name: string, check: DependencyCheck, logger: Logger, ownPatience = patience) {
    this.#name = name
    this.#check = check
    this.#logger = logger
    this.#patience = ownPatience
  }

  /**
   * Checks the dependency; simultaneous calls share one check. It waits for at most two seconds of this process's own time (see
   * `patience`).
   */
  look(): Promise<Outcome> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<Outcome> {
    // A late check continues, since another one would add to the load of a busy machine.
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
    // An error that a check throws synchronously is its answer too.
    const check = async () => this.#check(giveUp.signal)
    const answer = check().then(
      (remark) => ({ remark }),
      (error: unknown) => ({ error }),
    )
    const running = { answer, giveUp }
    answer.then((come) => {
      if (this.#running !== running) return
      this.#running = undefined
      // Also for an answer that arrives after `look` has returned.
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

  /** The reason is logged only when the state changes: probes every second would fill the log. */
  #away(error: unknown, words = error instanceof DomainError ? error.message : undefined): Outcome {
    if (this.#state !== 'unavailable')
      this.#logger.warn({ dependency: this.#name, err: error }, 'a dependency does not answer')
    this.#state = 'unavailable'
    return { state: 'unavailable', remark: words }
  }
}
