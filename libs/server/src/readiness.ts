import { type DependencyCheck, DependencyWatch, type Outcome } from './dependency-watch.ts'
import type { Logger } from './logger.ts'

/** A dependency that only some services need: without it, the process serves the others. */
interface PartialDependency {
  readonly check: DependencyCheck
  /** @param service the full name of a service */
  readonly neededBy: (service: string) => boolean
}

export type Dependencies = Readonly<Record<string, DependencyCheck | PartialDependency>>

/** `degraded`: some services are served and some are not. */
type ServingState = 'ready' | 'degraded' | 'unavailable' | 'draining'

export interface ReadinessReport {
  readonly state: ServingState
  readonly dependencies: Readonly<Record<string, Outcome['state']>>
  /** Notes for the operator about dependencies, by name. */
  readonly remarks: Readonly<Record<string, string>>
  /** Whether the dependencies of a service answer. */
  serves(service: string): boolean
}

/** Probes of several balancers and watches share one round of checks. */
const freshForMs = 500

/** Whether this process should get calls: its dependencies answer, and it is not stopping. */
export class Readiness {
  readonly #dependencies: Dependencies
  readonly #watches: ReadonlyMap<string, DependencyWatch>
  readonly #draining = new AbortController()
  #services: readonly string[] = []
  #last: { readonly at: number; readonly report: Promise<ReadinessReport> } | undefined

  constructor(dependencies: Dependencies, logger: Logger) {
    this.#dependencies = dependencies
    this.#watches = new Map(
      Object.entries(dependencies).map(([name, dependency]) => [
        name,
        new DependencyWatch(name, checkOf(dependency), logger),
      ]),
    )
  }

  /** Sets the names of the services that this process serves. */
  expect(services: readonly string[]): void {
    this.#services = services
  }

  /** Aborted when the process begins to stop. */
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
      await Promise.all([...this.#watches].map(async ([name, watch]) => [name, await watch.look()] as const)),
    )
    const isDraining = this.#draining.signal.aborted
    const failing = entries
      .filter(([name]) => outcomes.get(name)?.state === 'unavailable')
      .map(([, dependency]) => dependency)
    const serves = (service: string) =>
      !isDraining && !failing.some((dependency) => typeof dependency === 'function' || dependency.neededBy(service))
    const state = failing.length === 0 ? 'ready' : this.#services.some(serves) ? 'degraded' : 'unavailable'
    const remarks = [...outcomes].flatMap(([name, { remark }]) => (remark === undefined ? [] : [[name, remark]]))
    return {
      state: isDraining ? 'draining' : state,
      dependencies: Object.fromEntries([...outcomes].map(([name, { state }]) => [name, state])),
      remarks: Object.fromEntries(remarks),
      serves,
    }
  }
}

function checkOf(dependency: DependencyCheck | PartialDependency): DependencyCheck {
  return typeof dependency === 'function' ? dependency : dependency.check
}
