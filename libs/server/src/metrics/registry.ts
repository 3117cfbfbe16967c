import { Registry } from 'prom-client'

/**
 * The metrics of this process. There is one registry for each process, so that code can count with a plain function.
 *
 * Values of labels come only from this code: names of served methods, of codes, of kinds of work. Nothing that a client sends becomes one,
 * so no client can add a series.
 */
export const registry = new Registry()

/**
 * The buckets of durations of calls, in seconds: from one millisecond, which the fastest calls take, to the minute after which a call ends.
 * Each limit is twice the one before, so a quantile is known within a factor of two.
 */
export const callSeconds = doublings(0.001, 2, 17)

/** The buckets of durations of jobs, in seconds: from a tenth of a second to two hours, by factors of four. */
export const jobSeconds = doublings(0.1, 4, 9)

function doublings(first: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => Number((first * factor ** at).toPrecision(6)))
}
