import { DomainError, type DomainErrorKind } from '@assay/errors'

/** Kinds of errors that may pass: something is unavailable, another caller was faster, room is short. */
const passingKinds: ReadonlySet<DomainErrorKind> = new Set(['aborted', 'resource_exhausted', 'unavailable'])

/** Error codes of Node and of the system for errors that may pass, if a library does not convert them. */
const passingCodes: ReadonlySet<unknown> = new Set([
  'EAGAIN',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EDQUOT',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETUNREACH',
  'ENFILE',
  'ENOBUFS',
  'ENOSPC',
  'ENOTFOUND',
  'EPIPE',
  'EROFS',
  'ETIMEDOUT',
])

/**
 * Whether an error may pass by itself, for all kinds of work: a database or service that does not answer, a full disk, too many
 * open files or connections. Such an attempt is not counted against the job.
 */
export function mayPass(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (cause instanceof DomainError) return passingKinds.has(cause.kind)
    if ('code' in cause && passingCodes.has(cause.code)) return true
  }
  return false
}

/** The innermost message, from the driver or the system. */
export function causeOf(error: unknown): string {
  let cause = error
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause
  if (cause instanceof Error) return cause.message
  // pg-boss reports some errors as plain objects.
  const { message } = (cause ?? {}) as { readonly message?: unknown }
  return typeof message === 'string' ? message : String(cause)
}
