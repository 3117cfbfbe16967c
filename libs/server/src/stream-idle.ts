import { unavailable } from '@assay/errors'
import type { Interceptor } from '@connectrpc/connect'
import { ofStreams } from './of-streams.ts'

/** Waiting streams repeat their last message every 20 seconds, so a stream without messages has no working handler. */
const longestSilenceMs = 5 * 60_000

/**
 * Ends a response stream on which the handler has sent nothing for this time, so that a hanging handler does not hold its client and its
 * place permanently. Time in which the client does not read does not count.
 */
export function streamIdleInterceptor(longestMs = longestSilenceMs): Interceptor {
  return ofStreams((next) => async (request) => {
    const response = await next(request)
    if (!response.stream || request.method.methodKind === 'client_streaming') return response
    return { ...response, message: withinSilence(response.message, longestMs) }
  })
}

async function* withinSilence<T>(messages: AsyncIterable<T>, longestMs: number): AsyncIterable<T> {
  const iterator = messages[Symbol.asyncIterator]()
  let isOver = false
  try {
    for (;;) {
      const { done, value } = await within(iterator.next(), longestMs)
      isOver = done === true
      if (done === true) return
      yield value
    }
  } catch (error) {
    isOver = true
    // Not awaited: a handler that hangs ends when the operation that it waits for ends.
    void iterator.return?.().catch(() => {})
    throw error
  } finally {
    if (!isOver) await iterator.return?.()
  }
}

async function within<T>(next: Promise<T>, longestMs: number): Promise<T> {
  const { promise: silence, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(silent(longestMs)), longestMs)
  try {
    return await Promise.race([next, silence])
  } finally {
    clearTimeout(timer)
  }
}

function silent(longestMs: number) {
  return unavailable(`The stream was ended because nothing came for ${longestMs / 1000} seconds; ask again`, {
    reason: 'STREAM_SILENT',
  })
}
