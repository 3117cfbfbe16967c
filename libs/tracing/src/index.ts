export type { Span, SpanStart } from './span.ts'
export { readTraceParent, type TraceParent, writeTraceParent } from './trace-parent.ts'
export {
  beginStep,
  beginTrace,
  callIdInProgress,
  inJob,
  knowCallIdBy,
  spanInProgress,
  traceBy,
  within,
  workKindInProgress,
} from './tracing.ts'
