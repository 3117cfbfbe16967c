import { StartInterrupted, startPlatform } from '../platform.ts'
import type { Settings } from '../settings.ts'

/**
 * Runs the platform in the foreground until SIGINT or SIGTERM, or until a part of it ends by itself (exit status 1). `once` runs when
 * everything is ready; with `exit`, the platform then stops.
 */
export async function serve(
  settings: Settings,
  print: (line: string) => void,
  after?: { readonly once: () => Promise<void>; readonly exit: boolean },
): Promise<void> {
  const stopped = Promise.withResolvers<void>()
  let isInterrupted = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      isInterrupted = true
      stopped.resolve()
    })
  }
  const platform = await startPlatform(settings, stopped.promise, stepsFor(process.stdout, print)).catch(
    (error: unknown) => {
      // Ctrl-C in a terminal also ends parts that have not started yet; their errors are not reported.
      if (!(error instanceof StartInterrupted) && !isInterrupted) throw error
    },
  )
  if (platform === undefined) return
  print(`Assay is ready at ${platform.baseUrl}`)
  for (const note of platform.notes) print(note)
  try {
    const failed = platform.failed.then((reason) => {
      throw new Error(`${reason}; the platform stops`)
    })
    const once = after === undefined ? undefined : after.once()
    if (after?.exit) await Promise.race([once, stopped.promise, failed])
    else await Promise.race([once?.then(() => stopped.promise) ?? stopped.promise, stopped.promise, failed])
  } finally {
    await platform.stop()
  }
}

/** Prints the long steps of a start for a person at a terminal. A program that reads the output waits for the line with the address. */
export function stepsFor({ isTTY = false }: { readonly isTTY?: boolean }, print: (line: string) => void) {
  return (step: string) => {
    if (isTTY) print(step)
  }
}
