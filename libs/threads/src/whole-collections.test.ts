import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const module = new URL('./whole-collections.ts', import.meta.url).href

// A process of its own, because the heap of a test runner is often collected anyway. This one has no reason to be.
const program = `
  import { openSync } from 'node:fs'
  import { constants, PerformanceObserver } from 'node:perf_hooks'
  import { collectWholeHeap } from '${module}'
  const kept = []
  setInterval(() => kept.push({}), 1)
  let isIncremental = false
  let collectedInSteps = 0
  new PerformanceObserver((entries) => {
    for (const { detail: { kind } } of entries.getEntries()) {
      if (kind === constants.NODE_PERFORMANCE_GC_INCREMENTAL) isIncremental = true
      if (kind !== constants.NODE_PERFORMANCE_GC_MAJOR) continue
      if (isIncremental) collectedInSteps++
      isIncremental = false
    }
    if (collectedInSteps < 3) return
    console.log('collected in steps')
    process.exit()
  }).observe({ entryTypes: ['gc'] })
  collectWholeHeap(20, 1)
  if (process.argv.includes('--no-descriptors'))
    try {
      for (;;) openSync('/dev/null')
    } catch {}
`
const flags = ['--initial-old-space-size=256', '--external-memory-accounted-in-global-limit']

test.each([
  ['with much memory', '--max-old-space-size=4096'],
  ['in a container with 1 GiB', '--max-old-space-size=512'],
])('a process %s whose memory grows slowly collects its whole heap again and again, in steps', async (_, limit) => {
  const { stdout, stderr } = await run(process.execPath, [...flags, limit])
  expect({ stdout, stderr }).toEqual({ stdout: 'collected in steps\n', stderr: '' })
})

test.skipIf(process.platform === 'win32')(
  'a process without a free file descriptor collects its heap too',
  async () => {
    const { stdout } = await run(
      'sh',
      ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, ...flags],
      '--no-descriptors',
    )
    expect(stdout).toBe('collected in steps\n')
  },
)

function run(file: string, args: readonly string[], ...own: readonly string[]) {
  return promisify(execFile)(file, [...args, '--input-type=module', '--eval', program, '--', ...own])
}
