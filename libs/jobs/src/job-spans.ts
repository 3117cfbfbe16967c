import { beginStep, beginTrace, inJob, readTraceParent, type Span } from '@assay/tracing'
import type { Ending, TakenJob } from './perform.ts'

const system = 'assay'

/** The span for adding a job, by the conventions for messages. */
export function beginSending(queue: string): Span | undefined {
  return beginStep(() => ({
    name: `send ${queue}`,
    kind: 'producer',
    attributes: {
      'messaging.system': system,
      'messaging.destination.name': queue,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
    },
  }))
}

/**
 * Makes an attempt at a job the next span in the trace of the call that requested it, so that one trace shows the work to its
 * end. A repeated job has a span for each attempt. A job that no call requested begins a trace.
 */
export async function asStepOf(queue: string, job: TakenJob, attempt: () => Promise<Ending>): Promise<Ending> {
  const { payload, origin } = job
  const above = readTraceParent(origin?.traceparent)
  const { tenantId } = payload as { readonly tenantId?: unknown }
  const span = beginTrace(
    () => ({
      name: `process ${queue}`,
      kind: 'consumer',
      link: above ?? readTraceParent(origin?.after),
      attributes: {
        'messaging.system': system,
        'messaging.destination.name': queue,
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.message.id': job.id,
        ...(typeof tenantId === 'number' && { 'assay.tenant': tenantId }),
      },
    }),
    above,
  )
  return await inJob({ span, callId: origin?.callId, workKind: queue }, async () => {
    const ending = await attempt()
    if (span !== undefined) tell(span, ending)
    return ending
  })
}

function tell(span: Span, ending: Ending): void {
  span.set({ 'assay.job.outcome': ending.kind })
  // A refusal is a valid response, like HTTP 400, and not a fault.
  if (ending.kind === 'repeated' || (ending.kind === 'failed' && !ending.isRefusal)) span.fail(ending.error.name)
  span.end()
}
