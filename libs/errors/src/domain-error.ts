import { clipped, clippedMessage, mostListed } from './clipped-text.ts'

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
 * never our insides. Long inputs and lists are clipped here, for all APIs alike; half of a character becomes U+FFFD. `reason` is
 * an UPPER_SNAKE constant for programs (google.rpc.ErrorInfo), `metadata` its facts.
 */
export class DomainError extends Error {
  readonly kind: DomainErrorKind
  readonly violations: readonly FieldViolation[]
  readonly reason: string | undefined
  readonly metadata: Readonly<Record<string, string>>
  /** When the same call may be tried again; undefined where waiting alone does not help, or nobody knows how long. */
  readonly retryAfterMs: number | undefined

  constructor(
    kind: DomainErrorKind,
    message: string,
    details: {
      readonly violations?: readonly FieldViolation[]
      readonly reason?: string
      readonly metadata?: Readonly<Record<string, string>>
      readonly retryAfterMs?: number
      readonly cause?: unknown
    } = {},
  ) {
    super(clippedMessage(message), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'DomainError'
    this.kind = kind
    this.violations = clippedViolations(details.violations ?? [])
    this.reason = details.reason
    this.metadata = clippedValues(details.metadata ?? {})
    this.retryAfterMs = details.retryAfterMs
  }
}

function clippedViolations(violations: readonly FieldViolation[]): readonly FieldViolation[] {
  const shown = violations.slice(0, mostListed).map(({ field, description }) => ({
    field: clipped(field),
    description: clippedMessage(description),
  }))
  const more = violations.length - shown.length
  return more > 0 ? [...shown, { field: '', description: `and ${more} more` }] : shown
}

function clippedValues(metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, clipped(value)]))
}
