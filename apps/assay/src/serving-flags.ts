/**
 * What one call makes is garbage when it is answered, and V8 is told to let it pile up. In its own 16 MB for what is young,
 * many calls at once fill it so often that some of it survives and has to be collected the slow way. And of the buffers that
 * bytes arrive and leave in, it counts by itself 64 MB and then goes through the whole heap, in the middle of other calls: with
 * large answers six times a second.
 */
const forCalls = [
  '--max-semi-space-size=64',
  '--initial-old-space-size=256',
  '--external-memory-accounted-in-global-limit',
]

/** The same where exports are written: a gigabyte goes by in seconds, and may leave half of what is in use as garbage. */
const forExports = [
  '--max-semi-space-size=32',
  '--initial-old-space-size=64',
  '--heap-growing-percent=50',
  '--external-memory-accounted-in-global-limit',
]

/** Flags for V8 of the processes that answer calls. */
export const servingFlags: Readonly<Record<string, readonly string[]>> = {
  gateway: forCalls,
  mining: forCalls,
  'iai-sessions': forExports,
}
