import { constants, type NodeGCPerformanceDetail, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'

const longestWaitMs = 120_000
/** A collection that returns less is not worth its time. */
const leastGrowthBytes = 16 * 2 ** 20

/**
 * Makes V8 collect all garbage of this thread when it has not done so for two minutes and memory has grown. V8's flags of a serving process
 * let garbage accumulate, because frequent collections make calls slow (docs/decisions/0008). But under few calls V8 then waits a quarter of
 * an hour, in which hundreds of megabytes of garbage stay resident (docs/decisions/0065).
 * @returns a function that ends it
 */
export function collectWholeHeap(waitMs = longestWaitMs, growthBytes = leastGrowthBytes): () => void {
  let collectedAt = performance.now()
  // Unknown right after a collection: V8 releases buffers later, on another thread.
  let usedAfter: number | undefined
  const observer = new PerformanceObserver((entries) => {
    if (!entries.getEntries().some(isWhole)) return
    collectedAt = performance.now()
    usedAfter = undefined
  })
  observer.observe({ entryTypes: ['gc'] })
  const timer = setInterval(() => {
    usedAfter ??= usedBytes()
    if (performance.now() - collectedAt >= waitMs && usedBytes() - usedAfter >= growthBytes) exceedLimit()
  }, waitMs / 4)
  timer.unref()
  return () => {
    clearInterval(timer)
    observer.disconnect()
  }
}

/**
 * V8 collects incrementally, with pauses of a few milliseconds, when heap and buffers exceed its limit; `gc()` would collect in one pause of
 * up to 200 ms. So this exceeds the limit for a moment, by a buffer of zeros that no one writes, which takes no memory. V8 collects in one
 * pause when buffers exceed half of the largest heap, so the buffer has a quarter.
 */
function exceedLimit(): void {
  try {
    new ArrayBuffer(getHeapStatistics().heap_size_limit / 4)
  } catch {
    // A system that reserves memory strictly may refuse it. Then V8 collects when it wants to.
  }
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Whether it is a full collection. The types of Node lack the details of an entry (PerformanceNodeEntry). */
function isWhole(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail?: NodeGCPerformanceDetail }
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR
}
