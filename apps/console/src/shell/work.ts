import { type Work, WorkService } from '@assay/contracts/assay/work/v1/work_service_pb'
import { createClient } from '@connectrpc/connect'
import { useEffect } from 'react'
import { transport } from './calls.ts'
import { sessionState } from './session.ts'
import { createStore, useStore } from './store.ts'

const lookEveryMs = 3_000

/** The running work, as this tab received it last. */
const workInHand = createStore<readonly Work[]>([])
let watchers = 0
let watch: AbortController | undefined

/** The running work of the tenant, while a part of the page shows it. The tab has one stream, and none while it is hidden. */
export function useWork(): readonly Work[] {
  useEffect(() => {
    if (watchers++ === 0) {
      watch = new AbortController()
      void follow(watch.signal)
    }
    return () => {
      if (--watchers === 0) watch?.abort()
    }
  }, [])
  return useStore(workInHand)
}

async function follow(signal: AbortSignal): Promise<void> {
  const client = createClient(WorkService, transport)
  while (!signal.aborted) {
    await visible(signal)
    if (sessionState.get().kind !== 'signed-in') {
      await pause(lookEveryMs, signal)
      continue
    }
    const hidden = new AbortController()
    const begunAt = performance.now()
    const hide = () => document.hidden && hidden.abort()
    document.addEventListener('visibilitychange', hide)
    try {
      const stops = AbortSignal.any([signal, hidden.signal])
      for await (const { work } of client.watchWork({}, { signal: stops })) workInHand.set(work)
      // A server that is stopping ends the stream at once.
      if (performance.now() - begunAt < lookEveryMs) await pause(lookEveryMs, signal)
    } catch {
      if (signal.aborted || hidden.signal.aborted) continue
      // There are too many watches, or no server answers: banners show it, and this loop continues with single requests.
      await pause(lookEveryMs, signal)
      await client.listWork({ pageSize: 100 }, { signal }).then(
        ({ work }) => workInHand.set(work),
        () => {},
      )
    } finally {
      document.removeEventListener('visibilitychange', hide)
    }
  }
}

function visible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve()
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return
      document.removeEventListener('visibilitychange', look)
      resolve()
    }
    document.addEventListener('visibilitychange', look)
    signal.addEventListener('abort', look, { once: true })
  })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
