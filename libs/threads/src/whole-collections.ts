import { constants, type NodeGCPerformanceDetail, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { measureMemory } from 'node:vm'

const longestWaitMs = 120_000
/** A collection that returns less is not worth its time. */
const leastGrowthBytes = 16 * 2 ** 20

/**
 * Makes V8 collect all garbage of this thread when it has not done so for two minutes and memory has grown. V8's flags of a serving process
 * let garbage accumulate, because frequent collections make calls slow (docs/decisions/0008). But under few calls V8 then waits a quarter of
 * an hour, in which hundreds of megabytes of garbage stay resident (docs/decisions/0065).
 */
export function collectWholeHeap(waitMs = longestWaitMs, growthBytes = leastGrowthBytes): void {
  let collectedAt = performance.now()
  // Unknown right after a collection: V8 releases buffers later, on another thread.
  let usedAfter: number | undefined
  new PerformanceObserver((entries) => {
    if (!entries.getEntries().some(isWhole)) return
    collectedAt = performance.now()
    usedAfter = undefined
  }).observe({ entryTypes: ['gc'] })
  setInterval(() => {
    usedAfter ??= usedBytes()
    if (performance.now() - collectedAt >= waitMs && usedBytes() - usedAfter >= growthBytes) beginCollection()
  }, waitMs / 4).unref()
}

/**
 * To measure memory, V8 begins an incremental collection, with pauses of a few milliseconds; `gc()` would collect in one pause of up to
 * 200 ms. No one needs the measured value.
 */
function beginCollection(): void {
  const { emitWarning } = process
  // Node warns that the call is experimental, which tells an operator nothing. A test notices when the call changes.
  process.emitWarning = () => {}
  try {
    measureMemory({ execution: 'eager' }).catch(() => {})
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Unlike `process.memoryUsage()` it reads no file, so it does not fail when the process has no file descriptor left. */
function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

/** Whether it is a full collection. The types of Node lack the details of an entry (PerformanceNodeEntry). */
function isWhole(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail?: NodeGCPerformanceDetail }
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR
}
