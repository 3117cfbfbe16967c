import type { Logger } from './logger.ts'

/** Resolves when the dependency answers; rejects with anything when it does not. */
export type DependencyCheck = () => Promise<void>

export type ServingState = 'ready' | 'unavailable' | 'draining'

export interface ReadinessReport {
  readonly state: ServingState
  readonly dependencies: Readonly<Record<string, 'ok' | 'unavailable'>>
}

const checkTimeoutMs = 2_000
/** Probes of several balancers and watchers share one round of checks. */
const freshForMs = 500

/** Whether this process should get calls: its dependencies answer and it is not on its way out. */
export class Readiness {
  readonly #checks: Readonly<Record<string, DependencyCheck>>
  readonly #logger: Logger
  readonly #draining = new AbortController()
  readonly #failing = new Set<string>()
  #last: { readonly at: number; readonly report: Promise<ReadinessReport> } | undefined

  constructor(checks: Readonly<Record<string, DependencyCheck>>, logger: Logger) {
    this.#checks = checks
    this.#logger = logger
  }

  /** Aborted once the process begins to stop. */
  get draining(): AbortSignal {
    return this.#draining.signal
  }

  drain(): void {
    this.#draining.abort()
    this.#last = undefined
  }

  report(): Promise<ReadinessReport> {
    const now = performance.now()
    if (this.#last === undefined || now - this.#last.at > freshForMs) this.#last = { at: now, report: this.#check() }
    return this.#last.report
  }

  async #check(): Promise<ReadinessReport> {
    const results = await Promise.all(
      Object.entries(this.#checks).map(async ([name, check]) => [name, await this.#answers(name, check)] as const),
    )
    const dependencies = Object.fromEntries(results.map(([name, ok]) => [name, ok ? 'ok' : 'unavailable'] as const))
    if (this.#draining.signal.aborted) return { state: 'draining', dependencies }
    return { state: results.every(([, ok]) => ok) ? 'ready' : 'unavailable', dependencies }
  }

  /** The reason is logged at each change only: a probe every second would bury everything else. */
  async #answers(name: string, check: DependencyCheck): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${checkTimeoutMs} ms`)), checkTimeoutMs)
    })
    try {
      await Promise.race([check(), late])
      if (this.#failing.delete(name)) this.#logger.info({ dependency: name }, 'a dependency answers again')
      return true
    } catch (error) {
      if (!this.#failing.has(name)) this.#logger.warn({ dependency: name, err: error }, 'a dependency does not answer')
      this.#failing.add(name)
      return false
    } finally {
      clearTimeout(timer)
    }
  }
}
