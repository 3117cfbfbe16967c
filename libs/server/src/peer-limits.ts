import { integer, type Setting } from './config.ts'

/** How long a peer may take, or say nothing, before its connection or call is ended. */
export interface PeerLimits {
  /** From a connection's begin to the headers of its first request, a TLS handshake included; over HTTP/2 to its settings. */
  readonly openingMs: number
  /** An HTTP/1.1 connection between two requests. */
  readonly idleMs: number
  /** An HTTP/2 connection without streams. */
  readonly idleSessionMs: number
  /** A body that is awaited and brings not a byte. Also the time over which `leastBytesPerSecond` is an average. */
  readonly bodyIdleMs: number
  /** What a body must bring while it is awaited. In total it may take as long as it likes. */
  readonly leastBytesPerSecond: number
  /**
   * A peer that has bytes to read and takes none of them. Long, since the system tells only when a third of what it holds for a
   * connection is through: up to 1.3 MB, which a slow line takes a while for.
   */
  readonly readerIdleMs: number
  /** After an answer that came before the end of its request, the rest may come for so long, so that the peer gets to read. */
  readonly restMs: number
}

export const defaultPeerLimits: PeerLimits = {
  openingMs: 30_000,
  // Longer than the 60 s of the usual balancer in front, which would otherwise meet a connection that just closed.
  idleMs: 65_000,
  idleSessionMs: 5 * 60_000,
  bodyIdleMs: 30_000,
  // The slowest lines of phones bring several times as much; who sends to hold a place can keep it for half a minute.
  leastBytesPerSecond: 1024,
  readerIdleMs: 120_000,
  restMs: 5_000,
}

/** The limits that an operator may want otherwise, for slow lines. */
export const peerSettings = {
  idleSeconds: integer('ASSAY_PEER_IDLE_SECONDS', { default: 30, min: 1, max: 3600 }),
  leastBytesPerSecond: integer('ASSAY_LEAST_BYTES_PER_SECOND', { default: 1024, min: 0, max: 2 ** 30 }),
} satisfies Record<string, Setting<number>>

type PeerSettings = { readonly idleSeconds: number; readonly leastBytesPerSecond: number }

/** For the process that strangers reach. */
export function publicPeerLimits({ idleSeconds, leastBytesPerSecond }: PeerSettings): Partial<PeerLimits> {
  return { bodyIdleMs: idleSeconds * 1000, readerIdleMs: idleSeconds * 4000, leastBytesPerSecond }
}

/** For the services behind it: twice as patient, so that the process in front refuses first and in the form of its API. */
export function innerPeerLimits({ idleSeconds, leastBytesPerSecond }: PeerSettings): Partial<PeerLimits> {
  return publicPeerLimits({ idleSeconds: idleSeconds * 2, leastBytesPerSecond: leastBytesPerSecond / 2 })
}

/** How often to look, so that a limit is met within a tenth of its time or a second. */
export function lookEveryMs(...limitsMs: readonly number[]): number {
  return Math.max(5, Math.min(1000, Math.min(...limitsMs) / 10))
}
