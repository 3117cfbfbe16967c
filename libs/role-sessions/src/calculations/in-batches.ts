import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Hands items on in batches: when `most` have come, or when the first of a batch has waited for `waitMs`. What comes while
 * a batch is being used stays with its source.
 */
export async function* inBatches<T>(
  items: AsyncIterable<T>,
  { most, waitMs }: { readonly most: number; readonly waitMs: number },
): AsyncGenerator<T[], void> {
  const source = items[Symbol.asyncIterator]()
  const late = Symbol('late')
  let batch: T[] = []
  let timer = new AbortController()
  let deadline: Promise<typeof late> | undefined
  const take = () => {
    const taken = batch
    batch = []
    timer.abort()
    deadline = undefined
    return taken
  }
  const pull = () => {
    const next = source.next()
    // Thrown where it is awaited; a batch may be in use when it fails.
    next.catch(() => {})
    return next
  }
  try {
    let next = pull()
    for (;;) {
      const result = await (deadline === undefined ? next : Promise.race([next, deadline]))
      if (result === late) {
        yield take()
        continue
      }
      if (result.done) break
      batch.push(result.value)
      if (batch.length === 1) {
        timer = new AbortController()
        deadline = sleep(waitMs, late, { signal: timer.signal })
        deadline.catch(() => {})
      }
      next = pull()
      if (batch.length >= most) yield take()
    }
    if (batch.length > 0) yield take()
  } finally {
    timer.abort()
    // Not awaited: a source that is waiting for its next item ends when it comes, or when its signal says so.
    source.return?.()?.catch(() => {})
  }
}
