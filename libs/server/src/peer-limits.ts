import { integer, type Setting } from './config.ts'

/** The longest times that a peer may take or be silent before its connection or call is ended. */
export interface PeerLimits {
  /** From the beginning of a connection to the headers of its first request, with the TLS handshake; over HTTP/2 to its settings. */
  readonly openingMs: number
  /** An HTTP/1.1 connection between two requests. */
  readonly idleMs: number
  /** An HTTP/2 connection without streams. */
  readonly idleSessionMs: number
  /** A request body that is awaited and of which no byte arrives. It is also the time over which `leastBytesPerSecond` is averaged. */
  readonly bodyIdleMs: number
  /** The least rate of a body while it is awaited. The total time is not limited. */
  readonly leastBytesPerSecond: number
  /**
   * A peer that has bytes to read and reads none. It is long, since the system reports progress only after a third of its buffer for a
   * connection, up to 1.3 MB, which takes time on a slow line.
   */
  readonly readerIdleMs: number
  /**
   * After an answer that came before the end of its request, the rest of the request is read for this time, so that the peer can read the
   * answer.
   */
  readonly restMs: number
}

export const defaultPeerLimits: PeerLimits = {
  openingMs: 30_000,
  // Longer than the 60 s of usual load balancers, which could otherwise use a connection that was just closed.
  idleMs: 65_000,
  idleSessionMs: 5 * 60_000,
  bodyIdleMs: 30_000,
  // The slowest mobile lines are several times as fast; a client that sends slowly on purpose can hold a place for half a minute.
  leastBytesPerSecond: 1024,
  readerIdleMs: 120_000,
  restMs: 5_000,
}

/** The limits that an operator may change, for slow lines. */
export const peerSettings = {
  idleSeconds: integer('ASSAY_PEER_IDLE_SECONDS', { default: 30, min: 1, max: 3600 }),
  leastBytesPerSecond: integer('ASSAY_LEAST_BYTES_PER_SECOND', { default: 1024, min: 0, max: 2 ** 30 }),
} satisfies Record<string, Setting<number>>

type PeerSettings = { readonly idleSeconds: number; readonly leastBytesPerSecond: number }

/** For the public process. */
export function publicPeerLimits({ idleSeconds, leastBytesPerSecond }: PeerSettings): Partial<PeerLimits> {
  return { bodyIdleMs: idleSeconds * 1000, readerIdleMs: idleSeconds * 4000, leastBytesPerSecond }
}

/** For the services behind it: twice the time, so that the process in front refuses first, in the error form of its API. */
export function innerPeerLimits({ idleSeconds, leastBytesPerSecond }: PeerSettings): Partial<PeerLimits> {
  return publicPeerLimits({ idleSeconds: idleSeconds * 2, leastBytesPerSecond: leastBytesPerSecond / 2 })
}

/** The interval of checks, so that a limit is noticed within a tenth of its time, or a second. */
export function lookEveryMs(...limitsMs: readonly number[]): number {
  return Math.max(5, Math.min(1000, Math.min(...limitsMs) / 10))
}
