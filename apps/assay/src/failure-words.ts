import { DomainError } from '@assay/errors'
import { withDomainErrors } from '@assay/store'
import { Code, ConnectError } from '@connectrpc/connect'

/** The error message of a failed command. For a database that does not answer, it is always the same, with a remedy. */
export async function failureWords(error: unknown): Promise<string> {
  const known: unknown = await withDomainErrors(Promise.reject(error)).catch((translated: unknown) => translated)
  if (known instanceof DomainError && known.reason === 'DATABASE_UNAVAILABLE' && !isOfFile(error)) {
    const why = known.cause instanceof Error && known.cause.message !== '' ? ` (${known.cause.message})` : ''
    return `${known.message}${why}. Start it, or set DATABASE_URL to a server that runs`
  }
  if (error instanceof ConnectError) return wordsOf(error)
  return error instanceof Error ? error.message : String(error)
}

/** For a platform that stops while a command waits for it, the message says what happens next. */
function wordsOf({ code, rawMessage }: ConnectError): string {
  if (code !== Code.Unavailable || !/ECONNREFUSED|ECONNRESET|EPIPE/.test(rawMessage)) return rawMessage
  return `The platform stopped answering (${rawMessage}). Work that has begun continues when it runs again: "assay sources" and "assay readiness" show it`
}

/** A missing file and a missing socket have the same error code. */
function isOfFile(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall !== 'connect' && error.syscall !== 'getaddrinfo'
}
