import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const module = new URL('./whole-collections.ts', import.meta.url).href

test('a process whose memory grows slowly collects its whole heap', async () => {
  // A process of its own, because the heap of a test runner is often collected anyway. This one has no reason to be.
  const program = `
    import { constants, PerformanceObserver } from 'node:perf_hooks'
    import { collectWholeHeap } from '${module}'
    const kept = []
    setInterval(() => kept.push({}), 1)
    new PerformanceObserver((entries) => {
      if (!entries.getEntries().some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)) return
      console.log('collected')
      process.exit()
    }).observe({ entryTypes: ['gc'] })
    collectWholeHeap(20, 1)
  `
  const flags = ['--initial-old-space-size=256', '--external-memory-accounted-in-global-limit', '--input-type=module']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--eval', program])
  expect(stdout).toBe('collected\n')
})
