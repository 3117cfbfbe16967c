/**
 * What went wrong, in the words of gRPC's canonical codes. Only those that a domain rule can raise: a bug stays a plain
 * `Error`, and becomes INTERNAL with a fixed text at the edge.
 */
export type DomainErrorKind =
  | 'aborted'
  | 'already_exists'
  | 'failed_precondition'
  | 'invalid_argument'
  | 'not_found'
  | 'permission_denied'
  | 'resource_exhausted'
  | 'unauthenticated'
  | 'unavailable'

/** One thing that is wrong with one input; `field` is a path in the domain's names
 * (`cohort_filters[0].attribute`), which an API may replace by its own. */
export interface FieldViolation {
  readonly field: string
  readonly description: string
}

/**
 * The one error type that domain code throws. Its message is shown to callers: it names the input and the remedy, and
 * never our insides. `reason` is an UPPER_SNAKE constant for programs (google.rpc.ErrorInfo), `metadata` its facts.
 * A message that quotes a part of an input may have cut a character in two: the half becomes U+FFFD.
 */
export class DomainError extends Error {
  readonly kind: DomainErrorKind
  readonly violations: readonly FieldViolation[]
  readonly reason: string | undefined
  readonly metadata: Readonly<Record<string, string>>

  constructor(
    kind: DomainErrorKind,
    message: string,
    details: {
      readonly violations?: readonly FieldViolation[]
      readonly reason?: string
      readonly metadata?: Readonly<Record<string, string>>
      readonly cause?: unknown
    } = {},
  ) {
    super(message.toWellFormed(), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'DomainError'
    this.kind = kind
    this.violations = (details.violations ?? []).map(({ field, description }) => ({
      field: field.toWellFormed(),
      description: description.toWellFormed(),
    }))
    this.reason = details.reason
    this.metadata = details.metadata ?? {}
  }
}
