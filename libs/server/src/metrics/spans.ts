import { Counter } from 'prom-client'
import { registry } from './registry.ts'

const spans = new Counter({
  name: 'assay_spans_total',
  help: 'Spans of traces that were sent to the collector (`sent`), or that it did not accept (`lost`); 0 if tracing is off',
  labelNames: ['outcome'],
  registers: [registry],
})
for (const outcome of ['sent', 'lost']) spans.inc({ outcome }, 0)

/** Counts a batch of spans. */
export function spansSent(count: number, isSent: boolean): void {
  spans.inc({ outcome: isSent ? 'sent' : 'lost' }, count)
}
