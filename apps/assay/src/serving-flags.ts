/**
 * What one call makes is garbage when it is answered, and V8 is told to let it pile up. In its own 16 MB for what is young,
 * many calls at once fill it so often that some of it survives and has to be collected the slow way. And of the buffers that
 * bytes arrive and leave in, it counts by itself 64 MB and then goes through the whole heap, in the middle of other calls: with
 * large answers six times a second.
 */
export const servingFlags = [
  '--max-semi-space-size=64',
  '--initial-old-space-size=256',
  '--external-memory-accounted-in-global-limit',
]
