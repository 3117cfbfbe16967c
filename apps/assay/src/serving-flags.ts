/**
 * Flags that let garbage of calls accumulate, since all memory of a call is garbage once it is answered. With V8's default of 16 MB for
 * young objects, many simultaneous calls fill the space so often that some objects survive into the old space, whose collection is slow.
 * And by default V8 collects the whole heap after 64 MB of external buffers (received and sent bytes): with large answers this happened six
 * times a second, in the middle of other calls.
 */
const forCalls = [
  '--max-semi-space-size=64',
  '--initial-old-space-size=256',
  '--external-memory-accounted-in-global-limit',
]

/** The same for exports: they allocate a gigabyte in seconds, and half of the used heap may be garbage. */
const forExports = [
  '--max-semi-space-size=32',
  '--initial-old-space-size=64',
  '--heap-growing-percent=50',
  '--external-memory-accounted-in-global-limit',
]

/**
 * For jobs. A few milliseconds more do not matter there, so garbage is at most three tenths of the live memory. By default V8 lets it become
 * larger than the live memory before it collects the whole heap (docs/benchmarks.md, five sources).
 */
const forJobs = ['--max-semi-space-size=8', '--heap-growing-percent=30']

/** V8 flags of the processes. */
export const servingFlags: Readonly<Record<string, readonly string[]>> = {
  gateway: forCalls,
  mining: forCalls,
  'mining-worker': forJobs,
  'iai-sessions': forExports,
}
