import { Counter } from 'prom-client'
import { requestInProgress } from '../request-scope.ts'
import { type RefusalReason, refusalReasons } from './refusal-reasons.ts'
import { registry } from './registry.ts'

const refusals = new Counter({
  name: 'assay_refused_total',
  help: 'Requests that were refused, by reason',
  labelNames: ['reason'],
  registers: [registry],
})

// The series start at 0, so that the first refusal appears as an increase.
for (const reason of Object.keys(refusalReasons)) refusals.inc({ reason }, 0)

/** Counts the request in progress as refused. */
export function refused(reason: RefusalReason): void {
  refusals.inc({ reason })
  const scope = requestInProgress()
  if (scope !== undefined) scope.refusal = reason
}
