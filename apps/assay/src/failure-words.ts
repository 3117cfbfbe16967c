import { DomainError } from '@assay/errors'
import { withDomainErrors } from '@assay/store'
import { ConnectError } from '@connectrpc/connect'

/** What a command that failed says. A database that does not answer is named, with what to do, however the failure came about. */
export async function failureWords(error: unknown): Promise<string> {
  const known: unknown = await withDomainErrors(Promise.reject(error)).catch((translated: unknown) => translated)
  if (known instanceof DomainError && known.reason === 'DATABASE_UNAVAILABLE' && !isOfFile(error)) {
    const why = known.cause instanceof Error && known.cause.message !== '' ? ` (${known.cause.message})` : ''
    return `${known.message}${why}. Start it, or set DATABASE_URL to a server that runs`
  }
  if (error instanceof ConnectError) return error.rawMessage
  return error instanceof Error ? error.message : String(error)
}

/** A file that is missing has the code of a socket that is missing. */
function isOfFile(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall !== 'connect' && error.syscall !== 'getaddrinfo'
}
