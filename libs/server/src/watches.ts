import type { DescMethod } from '@bufbuild/protobuf'
import type { Interceptor } from '@connectrpc/connect'
import { ofStreams } from './of-streams.ts'

/**
 * Ends streams that are watches normally as soon as the server drains: their clients call again and reach another server. Otherwise they
 * would delay the stop until they are cut off.
 * @param isWatch whether a method's stream is a watch
 */
export function endWatchesInterceptor(isWatch: (method: DescMethod) => boolean, draining: AbortSignal): Interceptor {
  return ofStreams((next) => async (request) => {
    const response = await next(request)
    if (!response.stream || !isWatch(response.method)) return response
    return { ...response, message: until(response.message, draining) }
  })
}

async function* until<T>(messages: AsyncIterable<T>, over: AbortSignal): AsyncIterable<T> {
  const iterator = messages[Symbol.asyncIterator]()
  const { promise: isOver, resolve } = Promise.withResolvers<{ readonly done: true; readonly value: undefined }>()
  const end = () => resolve({ done: true, value: undefined })
  over.addEventListener('abort', end, { once: true })
  try {
    while (!over.aborted) {
      const { done, value } = await Promise.race([iterator.next(), isOver])
      if (done) return
      yield value
    }
  } finally {
    over.removeEventListener('abort', end)
    // Not awaited: it ends when its handler continues.
    void iterator.return?.().catch(() => {})
  }
}

/**
 * Ends streams of callers who lost their access, for example because their session has ended; checked before a message, at most every ten
 * seconds.
 * @param check throws the error with which the stream ends; undefined for callers that are checked only once
 */
export function recheckStreamsInterceptor(
  check: (headers: Headers) => Promise<unknown> | undefined,
  everyMs = 10_000,
): Interceptor {
  return ofStreams((next) => async (request) => {
    const response = await next(request)
    if (!response.stream) return response
    return { ...response, message: rechecked(response.message, () => check(request.header), everyMs) }
  })
}

async function* rechecked<T>(
  messages: AsyncIterable<T>,
  check: () => Promise<unknown> | undefined,
  everyMs: number,
): AsyncIterable<T> {
  let checkedAt = performance.now()
  for await (const message of messages) {
    if (performance.now() - checkedAt >= everyMs) {
      await check()
      checkedAt = performance.now()
    }
    yield message
  }
}
