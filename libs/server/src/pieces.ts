import type { NodeRequest } from './node-messages.ts'

/**
 * The body in the pieces in which it arrives, read only as fast as the caller consumes them. The stream's own iterator would destroy the
 * request when it fails, but the answer needs the same connection.
 */
export async function* piecesOf(request: NodeRequest): AsyncGenerator<Buffer, void, undefined> {
  let failure: unknown
  let hasEnded = request.readableEnded
  let wake = (): void => {}
  const onEnd = (): void => {
    hasEnded = true
    wake()
  }
  const onError = (error: unknown): void => {
    failure ??= error
    wake()
  }
  const onClose = (): void => {
    if (!hasEnded) onError(new Error('The request was broken off'))
  }
  const onReadable = (): void => wake()
  request.on('readable', onReadable).on('end', onEnd).on('error', onError).on('aborted', onClose).on('close', onClose)
  try {
    if (request.destroyed) onClose()
    for (;;) {
      const piece: Buffer | null = failure === undefined ? request.read() : null
      if (piece !== null) {
        yield piece
        continue
      }
      if (failure !== undefined) throw failure
      if (hasEnded) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    request
      .off('readable', onReadable)
      .off('end', onEnd)
      .off('error', onError)
      .off('aborted', onClose)
      .off('close', onClose)
  }
}
