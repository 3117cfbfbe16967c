import { Worker } from 'node:worker_threads'
import { concludeAnalysis, type PopulationOutcome } from './cohort-analysis.ts'
import { type Answer, controlSlots, type Order, type WorkerBirth } from './cohort-protocol.ts'
import type { CohortMiningProgress, CohortMiningResult } from './cohort-result.ts'
import { type CohortMiningSettings, type Population, resolveSettings } from './cohort-settings.ts'
import type { CountedCombination } from './counted-combination.ts'
import { MiningError } from './mining-error.ts'

interface CohortThreadsOptions {
  /** The number of worker threads, 1 to 256. It does not change the result. Below a million grants more threads are no faster. */
  readonly threads: number
  readonly onProgress?: (progress: CohortMiningProgress) => void
  /** Stops the analysis: the promise rejects with the signal's reason after every thread has ended. */
  readonly signal?: AbortSignal
}

/**
 * Does the work of `mineCohorts` on worker threads that share the snapshot's buffer; the calling thread only passes messages. The threads
 * take combinations of attributes from an atomic counter, level by level. The results are combined in the order of the combinations, so
 * any number of threads gives the same result. Rejects with `bad_settings` before any thread starts, and with `bad_snapshot` before any
 * mining.
 */
export async function mineCohortsInThreads(
  buffer: SharedArrayBuffer,
  given: Partial<CohortMiningSettings>,
  options: CohortThreadsOptions,
): Promise<CohortMiningResult> {
  const settings = resolveSettings(given)
  const { threads, signal } = options
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 256)) {
    throw new MiningError('bad_settings', 'threads', 'a whole number from 1 to 256', threads)
  }
  if (!(buffer instanceof SharedArrayBuffer)) {
    throw new MiningError('bad_snapshot', 'buffer', 'a SharedArrayBuffer, which threads read without a copy', 'another')
  }
  signal?.throwIfAborted()
  const control = new Int32Array(new SharedArrayBuffer(8))
  const birth: WorkerBirth = { snapshotBuffer: buffer, settings, control: control.buffer as SharedArrayBuffer }
  const crew = Array.from({ length: threads }, () => new CrewMember(birth))
  const stop = () => {
    Atomics.store(control, controlSlots.stop, 1)
    // A thread in a long pass would notice a stop flag only after the pass. Terminating it is safe: it holds no resources outside itself.
    for (const member of crew) void member.end()
  }
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const { problem } = await crew[0]!.ask({ kind: 'check' }, 'checked')
    if (problem !== undefined) throw new MiningError(problem.kind, problem.field, problem.expected, problem.got)
    const outcomes: PopulationOutcome[] = []
    let cohortsBefore = 0
    for (const population of settings.populations) {
      const outcome = await minePopulation(crew, control, settings, population, (progress) => {
        options.onProgress?.({ ...progress, cohortsAnalyzed: cohortsBefore + progress.cohortsAnalyzed })
      })
      cohortsBefore += outcome.report.cohortsAnalyzed
      outcomes.push(outcome)
    }
    return concludeAnalysis(settings, outcomes)
  } catch (error) {
    // A thread that this function ended is not an error.
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    await Promise.all(crew.map((member) => member.end()))
  }
}

async function minePopulation(
  crew: readonly CrewMember[],
  control: Int32Array,
  settings: CohortMiningSettings,
  population: Population,
  onProgress: (progress: CohortMiningProgress) => void,
): Promise<PopulationOutcome> {
  const first = crew[0]!
  const { graph } = await first.ask({ kind: 'prepare', population }, 'prepared')
  await Promise.all(crew.map((member) => member.ask({ kind: 'adopt', graph }, 'adopted')))
  const known: CountedCombination[] = []
  let combinationsDone = 0
  let combinationsTotal = 0
  let cohortsAnalyzed = 0
  for (let level = 1; level <= settings.maxFilters; level++) {
    const { combinations } = await first.ask({ kind: 'plan', level, known }, 'planned')
    if (combinations.length === 0) continue
    combinationsTotal += combinations.length
    const results: CountedCombination[] = new Array(combinations.length)
    Atomics.store(control, controlSlots.next, 0)
    const onCounted = (task: number, result: CountedCombination) => {
      results[task] = result
      combinationsDone++
      cohortsAnalyzed += result.groups.count
      onProgress({ population, combinationsDone, combinationsTotal, cohortsAnalyzed })
    }
    await Promise.all(
      crew.map((member) => member.ask({ kind: 'count', combinations, known }, 'counted-all', onCounted)),
    )
    known.push(...results)
  }
  return (await first.ask({ kind: 'conclude', known }, 'concluded')).outcome
}

/** One worker thread, which handles one order at a time. */
class CrewMember {
  private readonly worker: Worker
  private ended: Promise<unknown> | undefined
  private failure: unknown
  private onAnswer: (answer: Answer) => void = () => {}
  private onFailure: (error: unknown) => void = () => {}

  constructor(birth: WorkerBirth) {
    this.worker = new Worker(new URL('./cohort-worker.ts', import.meta.url), { workerData: birth })
    this.worker.on('message', (answer: Answer) => this.onAnswer(answer))
    this.worker.on('error', (error) => this.fail(error))
    this.worker.on('exit', (code) => this.fail(new Error(`a mining thread ended with exit code ${code}`)))
  }

  ask<Kind extends Answer['kind']>(
    order: Order,
    kind: Kind,
    onCounted?: (task: number, result: CountedCombination) => void,
  ): Promise<Extract<Answer, { kind: Kind }>> {
    return new Promise((resolve, reject) => {
      this.onFailure = reject
      if (this.failure !== undefined) return reject(this.failure)
      this.onAnswer = (answer) => {
        if (answer.kind === kind) return resolve(answer as Extract<Answer, { kind: Kind }>)
        if (answer.kind !== 'counted') return
        try {
          onCounted?.(answer.task, answer.result)
        } catch (error) {
          // The caller's `onProgress` threw. Its error ends the analysis like any other.
          reject(error)
        }
      }
      this.worker.postMessage(order)
    })
  }

  end(): Promise<unknown> {
    this.failure ??= new Error('the mining thread was ended')
    this.ended ??= this.worker.terminate()
    return this.ended
  }

  private fail(error: unknown): void {
    this.failure ??= error
    this.onFailure(this.failure)
  }
}
