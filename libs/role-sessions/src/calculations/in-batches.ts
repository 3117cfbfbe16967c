import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Groups items into batches: a batch is ready when it has `most` items, or when its first item has waited for `waitMs`. While
 * the caller uses a batch, the source is not read further than one item.
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
    // The error is thrown where the promise is awaited; the caller may still be using a batch when it occurs.
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
    // Not awaited: a source that waits for its next item ends when the item comes or its signal is aborted.
    source.return?.()?.catch(() => {})
  }
}
