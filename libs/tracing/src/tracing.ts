import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span, SpanStart, Tracer } from './span.ts'
import type { TraceParent } from './trace-parent.ts'

/** What goes with everything that running code asks for. */
interface Course {
  readonly span?: Span | undefined
  /** Steps below what this process has at the top, a request or a job. */
  readonly steps?: { made: number }
  readonly callId?: string | undefined
  readonly workKind?: string | undefined
}

const courses = new AsyncLocalStorage<Course>()
/** Undefined: tracing is off, and every function here is over after one comparison. */
let tracer: Tracer | undefined
let idOfCall: () => string | undefined = () => undefined

/** Switches tracing on, once in the life of a process; undefined switches it off, as tests do. */
export function traceBy(given: Tracer | undefined): void {
  tracer = given
}

/** Says where the id of the call in progress is known, which jobs take along. */
export function knowCallIdBy(source: () => string | undefined): void {
  idOfCall = source
}

/** Begins what has nothing above it in this process: a request, a job. @param above where another process says so */
export function beginTrace(start: () => SpanStart, above?: TraceParent): Span | undefined {
  return tracer?.begin(start(), above)
}

/** Steps of one request or job in one process. A load of a million rows has one statement after another for minutes. */
const mostSteps = 1_000

/**
 * Begins a step of what is in progress. Undefined where nothing is, where it is not recorded, and after many steps; what is in progress
 * then says that some are left out.
 */
export function beginStep(start: () => SpanStart): Span | undefined {
  const above = spanInProgress()
  if (above?.isRecorded !== true) return undefined
  const steps = courses.getStore()?.steps
  if (steps !== undefined && ++steps.made > mostSteps) {
    above.set({ 'assay.steps_left_out': true })
    return undefined
  }
  return tracer?.begin(start(), above)
}

/** Runs work as that of a step; without one, as that of whatever it belongs to anyway. The caller ends the step. */
export function within<T>(span: Span | undefined, work: () => T): T {
  if (span === undefined) return work()
  const course = courses.getStore()
  return courses.run({ ...course, span, steps: course?.steps ?? { made: 0 } }, work)
}

/** Runs the work of a job, which goes on under the id of the call that asked for it. */
export function inJob<T>(
  job: { readonly span: Span | undefined; readonly callId: string | undefined; readonly workKind: string },
  work: () => T,
): T {
  return courses.run({ ...job, steps: { made: 0 } }, work)
}

export function spanInProgress(): Span | undefined {
  return tracer === undefined ? undefined : courses.getStore()?.span
}

/** The id of the call that running code belongs to, or that asked for the job that it belongs to. */
export function callIdInProgress(): string | undefined {
  return idOfCall() ?? courses.getStore()?.callId
}

/** The kind of the job that running code belongs to. */
export function workKindInProgress(): string | undefined {
  return courses.getStore()?.workKind
}
