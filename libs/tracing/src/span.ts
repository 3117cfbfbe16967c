import type { TraceParent } from './trace-parent.ts'

/**
 * Attributes of a step, by the names of OpenTelemetry's semantic conventions. The values are names from this code, numbers and generated
 * ids: never a secret, a parameter of a statement, a path as it was sent, or data about a person.
 */
export type Attributes = Readonly<Record<string, string | number | boolean>>

export interface SpanStart {
  /** One of a limited set: a method, a route, a statement's tables, a queue. */
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  readonly attributes?: Attributes
  /** A step that led to this one and is not its parent. */
  readonly link?: TraceParent | undefined
}

/** One step of a trace, from its beginning to its end. */
export interface Span {
  readonly parent: TraceParent
  /** False: the step is not recorded, and no steps begin below it. */
  readonly isRecorded: boolean
  rename(name: string): void
  set(attributes: Attributes): void
  /**
   * Marks the step as failed. @param type one of a limited set, such as a code or an SQLSTATE. No message, since messages may name people
   */
  fail(type: string): void
  end(): void
}

/** Makes spans. The only implementation uses OpenTelemetry; it is loaded only if traces are sent. */
export interface Tracer {
  /** @param above a step of this process or of another one; undefined starts a trace */
  begin(start: SpanStart, above: Span | TraceParent | undefined): Span
}
