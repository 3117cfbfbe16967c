import { setTimeout as sleep } from 'node:timers/promises'
import type { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { type Client, Code, ConnectError } from '@connectrpc/connect'

const mostTries = 10
const longestPauseSeconds = 10

/**
 * Aborts an import that cannot be finished, because the server refuses all other imports while one is open. A busy server refuses the
 * abort as well: the call is then repeated when the server says so. It is also repeated when the connection broke, because a second
 * abort changes nothing. Never throws: the error to report is the one that ended the import.
 * @param pause waits so many milliseconds
 */
export async function abandonImport(
  imports: Client<typeof ImportService>,
  importId: string,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<void> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const error = await imports.abortImport({ importId }).then(
      () => undefined,
      (reason) => ConnectError.from(reason),
    )
    if (error === undefined || tries === mostTries) return
    const seconds = Number(error.metadata.get('retry-after') ?? (error.code === Code.Unavailable ? 1 : 0))
    if (!(seconds > 0)) return
    await pause(Math.min(seconds, longestPauseSeconds) * 1000)
  }
}
