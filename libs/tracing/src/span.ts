import type { TraceParent } from './trace-parent.ts'

/**
 * What a step tells about itself, by names of OpenTelemetry's semantic conventions. Values are names from our own code, numbers, and
 * ids that we make: never a secret, a parameter of a statement, a path as it was sent, or anything about a person.
 */
export type Attributes = Readonly<Record<string, string | number | boolean>>

export interface SpanStart {
  /** Of few that there are: a method, a route, a statement's tables, a queue. */
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  readonly attributes?: Attributes
  /** The step that led to this one, where that is not only its parent. */
  readonly link?: TraceParent | undefined
}

/** One step of a trace, from its begin to its end. */
export interface Span {
  readonly parent: TraceParent
  /** False: nothing of it is kept, and no steps begin below it. */
  readonly isRecorded: boolean
  rename(name: string): void
  set(attributes: Attributes): void
  /** Says that the step failed. @param type of few that there are: a code, a SQLSTATE. No message: those may name people */
  fail(type: string): void
  end(): void
}

/** Makes spans. The one that there is, by OpenTelemetry, is loaded where somebody takes them. */
export interface Tracer {
  /** @param above a step of this process, or of another one; undefined: a trace begins */
  begin(start: SpanStart, above: Span | TraceParent | undefined): Span
}
