import { clipped, clippedMessage, mostListed } from './clipped-text.ts'

/**
 * The kind of an error, by gRPC's canonical codes. Only the kinds that a domain rule can cause: a bug remains a plain `Error`, and callers
 * get INTERNAL with a fixed text.
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

/** A fault of one input. `field` is a path in the domain's names (`cohort_filters[0].attribute`), which an API may replace by its own. */
export interface FieldViolation {
  readonly field: string
  readonly description: string
}

/**
 * The only error type that domain code throws. Callers see its message: it names the input and the remedy, and has no internal details.
 * Long inputs and lists are clipped here for all APIs; half of a surrogate pair becomes U+FFFD. `reason` is an UPPER_SNAKE constant for
 * programs (google.rpc.ErrorInfo), and `metadata` has its facts.
 */
export class DomainError extends Error {
  readonly kind: DomainErrorKind
  readonly violations: readonly FieldViolation[]
  readonly reason: string | undefined
  readonly metadata: Readonly<Record<string, string>>
  /** The time after which the same call may be repeated; undefined when waiting does not help or the time is unknown. */
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
