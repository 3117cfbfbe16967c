import { Registry } from 'prom-client'

/**
 * What this process counts. There is one for each process, as there is one memory and one event loop, so that whoever refuses
 * a call or takes a job counts it by a plain function.
 *
 * Values of labels come from our own code alone: names of methods that are served, of codes, of kinds of work. Nothing that a
 * client sends becomes one, so no client can add a series.
 */
export const registry = new Registry()

/**
 * Seconds of calls: from a millisecond, which the fastest take, to the minute after which a call ends by itself. Each limit is
 * twice the one before, so a quantile that is read from them is known within a factor of two, wherever it lies.
 */
export const callSeconds = doublings(0.001, 2, 17)

/** Seconds of jobs: from a tenth of a second to two hours, by factors of four. */
export const jobSeconds = doublings(0.1, 4, 9)

function doublings(first: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => Number((first * factor ** at).toPrecision(6)))
}
