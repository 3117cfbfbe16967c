import { DomainError } from './domain-error.ts'

type Facts = {
  readonly reason?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/** An input that is invalid in every state; `field` is its path in the domain's names. */
export function invalidArgument(field: string, description: string, facts: Facts = {}): DomainError {
  return new DomainError('invalid_argument', `${field}: ${description}`, {
    ...facts,
    violations: [{ field, description }],
  })
}

/** For an unknown id. Another tenant's id gives the same error, so that its existence is not revealed. */
export function notFound(noun: string, id: string): DomainError {
  return new DomainError('not_found', `${noun} "${id}" does not exist`)
}

/** A valid input in the wrong state; the message says which state is required. */
export function failedPrecondition(message: string, facts: Facts = {}): DomainError {
  return new DomainError('failed_precondition', message, facts)
}

/** A conflict with concurrent work; the caller may start again. */
export function aborted(message: string, facts: Facts = {}): DomainError {
  return new DomainError('aborted', message, facts)
}

export function alreadyExists(message: string, facts: Facts = {}): DomainError {
  return new DomainError('already_exists', message, facts)
}

export function permissionDenied(message: string, facts: Facts = {}): DomainError {
  return new DomainError('permission_denied', message, facts)
}

export function unauthenticated(message: string, facts: Facts = {}): DomainError {
  return new DomainError('unauthenticated', message, facts)
}

/** A limit was exceeded; the message names the limit. */
export function resourceExhausted(message: string, facts: Facts = {}): DomainError {
  return new DomainError('resource_exhausted', message, facts)
}

/** A dependency does not answer; the same call may succeed later. */
export function unavailable(message: string, facts: Facts = {}): DomainError {
  return new DomainError('unavailable', message, facts)
}
