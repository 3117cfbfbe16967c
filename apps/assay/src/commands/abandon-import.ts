import { setTimeout as sleep } from 'node:timers/promises'
import type { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { type Client, Code, ConnectError } from '@connectrpc/connect'

const mostTries = 10
const longestPauseSeconds = 10

/**
 * Aborts an import that cannot be finished, because an open one refuses all others. A server that refused the import for its load
 * refuses this as well, so the call is repeated as the server asks for it; and where the server was lost and nobody knows whether the
 * call was done, since aborting twice is the same as once. Never throws: the reason that the import could not be finished is the error.
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
