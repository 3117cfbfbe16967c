import { DomainError } from '@assay/errors'
import { withDomainErrors } from '@assay/store'
import { Code, ConnectError } from '@connectrpc/connect'

/** What a command that failed says. A database that does not answer is named, with what to do, however the failure came about. */
export async function failureWords(error: unknown): Promise<string> {
  const known: unknown = await withDomainErrors(Promise.reject(error)).catch((translated: unknown) => translated)
  if (known instanceof DomainError && known.reason === 'DATABASE_UNAVAILABLE' && !isOfFile(error)) {
    const why = known.cause instanceof Error && known.cause.message !== '' ? ` (${known.cause.message})` : ''
    return `${known.message}${why}. Start it, or set DATABASE_URL to a server that runs`
  }
  if (error instanceof ConnectError) return wordsOf(error)
  return error instanceof Error ? error.message : String(error)
}

/** A platform that goes away while a command waits for it. */
function wordsOf({ code, rawMessage }: ConnectError): string {
  if (code !== Code.Unavailable || !/ECONNREFUSED|ECONNRESET|EPIPE/.test(rawMessage)) return rawMessage
  return `The platform stopped answering (${rawMessage}). What it has begun goes on when it runs again: "assay sources" and "assay readiness" show it`
}

/** A file that is missing has the code of a socket that is missing. */
function isOfFile(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall !== 'connect' && error.syscall !== 'getaddrinfo'
}
