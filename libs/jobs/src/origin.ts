import { callIdInProgress, type Span, spanInProgress, workKindInProgress, writeTraceParent } from '@assay/tracing'

/** The link from a job to the call that requested it. It is stored with the payload. */
export interface Origin {
  /** The id by which the log lines of that call are found. */
  readonly callId?: string
  /** The span that the job continues. */
  readonly traceparent?: string
  /** The span that led to the job, which begins a separate trace. */
  readonly after?: string
}

/** The member of a job's data with the origin. No payload has a member of this name. */
const member = 'origin'

/**
 * @param kind the kind of the job. If a job adds one of its own kind, as a pull adds the next pull, this continues without an
 * end, so each of them has a separate trace
 * @param span the span of adding the job, if it is recorded
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

/** Separates the payload and the origin of a job. Jobs that no call requested have no origin. */
export function originOf(data: object): { readonly payload: object; readonly origin: Origin | undefined } {
  const { [member]: stored, ...payload } = data as Readonly<Record<string, unknown>>
  if (typeof stored !== 'object' || stored === null) return { payload: data, origin: undefined }
  return {
    payload,
    origin: Object.fromEntries(Object.entries(stored).filter(([, value]) => typeof value === 'string')),
  }
}
