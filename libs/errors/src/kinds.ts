import { DomainError } from './domain-error.ts'

type Facts = {
  readonly reason?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/** Input that can never be right, whatever the state: `field` is its path in the domain's names. */
export function invalidArgument(field: string, description: string, facts: Facts = {}): DomainError {
  return new DomainError('invalid_argument', `${field}: ${description}`, {
    ...facts,
    violations: [{ field, description }],
  })
}

/** Also the answer for another tenant's id: whether that exists is not revealed. */
export function notFound(noun: string, id: string): DomainError {
  return new DomainError('not_found', `${noun} "${id}" does not exist`)
}

/** Right input in the wrong state; the message says which state is needed. */
export function failedPrecondition(message: string, facts: Facts = {}): DomainError {
  return new DomainError('failed_precondition', message, facts)
}

/** Lost against somebody else's concurrent work; the caller may try again from the start. */
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

/** A limit of ours was passed; the message names the limit. */
export function resourceExhausted(message: string, facts: Facts = {}): DomainError {
  return new DomainError('resource_exhausted', message, facts)
}

/** Something we depend on does not answer; the same call may work later. */
export function unavailable(message: string, facts: Facts = {}): DomainError {
  return new DomainError('unavailable', message, facts)
}
