import { beginStep, beginTrace, inJob, readTraceParent, type Span } from '@assay/tracing'
import type { Ending, TakenJob } from './perform.ts'

const system = 'assay'

/** The step of adding a job, by the conventions for messages. */
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
 * Makes an attempt at a job the next step of the trace of the call that asked for it, so that one trace leads to the end of the work;
 * a repeated job has a step for each attempt. What nobody asked for begins a trace.
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
  // A refusal is an answer to people, as 400 is.
  if (ending.kind === 'repeated' || (ending.kind === 'failed' && !ending.isRefusal)) span.fail(ending.error.name)
  span.end()
}
