import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span, SpanStart, Tracer } from './span.ts'
import type { TraceParent } from './trace-parent.ts'

/** The context of running code, which all its asynchronous work inherits. */
interface Course {
  readonly span?: Span | undefined
  /** The number of steps below the topmost step of this process, a request or a job. */
  readonly steps?: { made: number }
  readonly callId?: string | undefined
  readonly workKind?: string | undefined
}

const courses = new AsyncLocalStorage<Course>()
/** Undefined when tracing is off; every function here then ends after one comparison. */
let tracer: Tracer | undefined
let idOfCall: () => string | undefined = () => undefined

/** Turns tracing on, once for a process; undefined turns it off, for tests. */
export function traceBy(given: Tracer | undefined): void {
  tracer = given
}

/** Sets the source of the id of the call in progress, which jobs inherit. */
export function knowCallIdBy(source: () => string | undefined): void {
  idOfCall = source
}

/** Begins the topmost step of this process: a request or a job. @param above the step of another process that led to it */
export function beginTrace(start: () => SpanStart, above?: TraceParent): Span | undefined {
  return tracer?.begin(start(), above)
}

/** The most steps of one request or job in one process: a load of a million rows sends statements for minutes. */
const mostSteps = 1_000

/**
 * Begins a step below the step in progress. Undefined without one, when it is not recorded, and after too many steps; the step in progress
 * then has an attribute that says that some are left out.
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

/** Runs work as a part of a step; without a step, in the present context. The caller ends the step. */
export function within<T>(span: Span | undefined, work: () => T): T {
  if (span === undefined) return work()
  const course = courses.getStore()
  return courses.run({ ...course, span, steps: course?.steps ?? { made: 0 } }, work)
}

/** Runs the work of a job under the id of the call that enqueued it. */
export function inJob<T>(
  job: { readonly span: Span | undefined; readonly callId: string | undefined; readonly workKind: string },
  work: () => T,
): T {
  return courses.run({ ...job, steps: { made: 0 } }, work)
}

export function spanInProgress(): Span | undefined {
  return tracer === undefined ? undefined : courses.getStore()?.span
}

/** The id of the call in progress, or of the call that enqueued the job in progress. */
export function callIdInProgress(): string | undefined {
  return idOfCall() ?? courses.getStore()?.callId
}

/** The kind of the job in progress. */
export function workKindInProgress(): string | undefined {
  return courses.getStore()?.workKind
}
