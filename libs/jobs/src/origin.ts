import { callIdInProgress, type Span, spanInProgress, workKindInProgress, writeTraceParent } from '@assay/tracing'

/** What leads from a job back to the call that asked for it, stored beside its payload. */
export interface Origin {
  /** By which the lines of that call are found in the logs. */
  readonly callId?: string
  /** The step of a trace that the job goes on with. */
  readonly traceparent?: string
  /** The step that led to the job, which begins a trace of its own. */
  readonly after?: string
}

/** The member of a job's data; payloads have none of that name. */
const member = 'origin'

/**
 * @param kind of the job. One that is added by a job of its own kind, as a pull adds the next pull, goes on for as long as there is
 * time: each of those has a trace of its own
 * @param span the step of adding the job, where it is recorded
 */
export function withOrigin<Payload extends object>(payload: Payload, kind: string, span: Span | undefined): Payload {
  const origin = workKindInProgress() === kind ? sequelTo(span) : consequenceOf(span ?? spanInProgress())
  return Object.keys(origin).length === 0 ? payload : { ...payload, [member]: origin }
}

function consequenceOf(step: Span | undefined): Origin {
  const callId = callIdInProgress()
  return {
    ...(callId !== undefined && { callId }),
    ...(step !== undefined && { traceparent: writeTraceParent(step.parent) }),
  }
}

function sequelTo(step: Span | undefined): Origin {
  return step === undefined ? {} : { after: writeTraceParent(step.parent) }
}

/** Takes apart what `withOrigin` put together, and the data of jobs that nobody asked for. */
export function originOf(data: object): { readonly payload: object; readonly origin: Origin | undefined } {
  const { [member]: stored, ...payload } = data as Readonly<Record<string, unknown>>
  if (typeof stored !== 'object' || stored === null) return { payload: data, origin: undefined }
  return {
    payload,
    origin: Object.fromEntries(Object.entries(stored).filter(([, value]) => typeof value === 'string')),
  }
}
