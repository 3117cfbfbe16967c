import { DomainError } from '@assay/errors'
import type { Logger } from './logger.ts'

/**
 * Resolves when the dependency answers, with a text if the operator should know something of it; rejects with anything when it does not.
 * Operators are shown the words of a DomainError; anything else is for the log.
 */
type DependencyCheck = () => Promise<unknown>

/** A dependency that only some services need: without it, the process serves the others. */
interface PartialDependency {
  readonly check: DependencyCheck
  /** @param service full name of a service */
  readonly neededBy: (service: string) => boolean
}

export type Dependencies = Readonly<Record<string, DependencyCheck | PartialDependency>>

/** `degraded`: some services are served and some are not. */
type ServingState = 'ready' | 'degraded' | 'unavailable' | 'draining'

export interface ReadinessReport {
  readonly state: ServingState
  readonly dependencies: Readonly<Record<string, 'ok' | 'unavailable'>>
  /** What the operator should know of a dependency, by its name. */
  readonly remarks: Readonly<Record<string, string>>
  /** Whether calls of a service will find what they need. */
  serves(service: string): boolean
}

interface Outcome {
  readonly isOk: boolean
  readonly remark?: string | undefined
}

const checkTimeoutMs = 2_000
/** Probes of several balancers and watchers share one round of checks. */
const freshForMs = 500

/** Whether this process should get calls: its dependencies answer and it is not on its way out. */
export class Readiness {
  readonly #dependencies: Dependencies
  readonly #logger: Logger
  readonly #draining = new AbortController()
  readonly #failing = new Set<string>()
  #services: readonly string[] = []
  #last: { readonly at: number; readonly report: Promise<ReadinessReport> } | undefined

  constructor(dependencies: Dependencies, logger: Logger) {
    this.#dependencies = dependencies
    this.#logger = logger
  }

  /** Names the services that this process is there for. */
  expect(services: readonly string[]): void {
    this.#services = services
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
    const entries = Object.entries(this.#dependencies)
    const outcomes = new Map(
      await Promise.all(
        entries.map(async ([name, dependency]) => [name, await this.#outcome(name, checkOf(dependency))] as const),
      ),
    )
    const isDraining = this.#draining.signal.aborted
    const failing = entries.filter(([name]) => !outcomes.get(name)?.isOk).map(([, dependency]) => dependency)
    const serves = (service: string) =>
      !isDraining && !failing.some((dependency) => typeof dependency === 'function' || dependency.neededBy(service))
    const state = failing.length === 0 ? 'ready' : this.#services.some(serves) ? 'degraded' : 'unavailable'
    const remarks = [...outcomes].flatMap(([name, { remark }]) => (remark === undefined ? [] : [[name, remark]]))
    return {
      state: isDraining ? 'draining' : state,
      dependencies: Object.fromEntries([...outcomes].map(([name, { isOk }]) => [name, isOk ? 'ok' : 'unavailable'])),
      remarks: Object.fromEntries(remarks),
      serves,
    }
  }

  /** The reason is logged at each change only: a probe every second would bury everything else. */
  async #outcome(name: string, check: DependencyCheck): Promise<Outcome> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${checkTimeoutMs} ms`)), checkTimeoutMs)
    })
    try {
      const remark = await Promise.race([check(), late])
      if (this.#failing.delete(name)) this.#logger.info({ dependency: name }, 'a dependency answers again')
      return { isOk: true, remark: typeof remark === 'string' ? remark : undefined }
    } catch (error) {
      if (!this.#failing.has(name)) this.#logger.warn({ dependency: name, err: error }, 'a dependency does not answer')
      this.#failing.add(name)
      return { isOk: false, remark: error instanceof DomainError ? error.message : undefined }
    } finally {
      clearTimeout(timer)
    }
  }
}

function checkOf(dependency: DependencyCheck | PartialDependency): DependencyCheck {
  return typeof dependency === 'function' ? dependency : dependency.check
}
