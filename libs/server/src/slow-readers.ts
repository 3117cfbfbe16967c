import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { lookEveryMs } from './peer-limits.ts'

/** RST_STREAM with CANCEL. */
const cancel = 8
/** More bytes than a connection without bodies writes in a second, for example for pings and windows. */
const leastBytesOfBodies = 1024

/**
 * Ends connections and HTTP/2 streams whose peers have read nothing for a time although there is something to read. A slow reader is not
 * ended; nor is a stream while its peer reads other streams of the connection.
 */
export class SlowReaders {
  readonly #idleMs: number
  readonly #sockets = new Map<Socket, SocketQueue | undefined>()
  readonly #streams = new Map<ServerHttp2Stream, StreamQueue>()
  readonly #timer: NodeJS.Timeout
  #lookedAt = performance.now()

  constructor(idleMs: number) {
    this.#idleMs = idleMs
    const everyMs = lookEveryMs(idleMs)
    // When this process did not run, its peers are not at fault.
    this.#timer = setInterval(() => this.#look(2 * everyMs), everyMs).unref()
  }

  /** @param socket the connection itself, below TLS */
  watch(socket: Socket): void {
    this.#sockets.set(socket, undefined)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /** @param socket the socket to which the stream's session writes */
  watchStream(stream: ServerHttp2Stream, socket: Socket): void {
    this.#streams.set(stream, new StreamQueue(stream, socket))
    stream.once('close', () => this.#streams.delete(stream))
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(mostMs: number): void {
    const now = performance.now()
    const passedMs = Math.min(now - this.#lookedAt, mostMs)
    this.#lookedAt = now
    for (const [socket, known] of this.#sockets) {
      const bytes = queuedBytes(socket)
      if (bytes === 0) {
        if (known !== undefined) this.#sockets.set(socket, undefined)
        continue
      }
      const queue = known ?? new SocketQueue()
      if (known === undefined) this.#sockets.set(socket, queue)
      if (queue.heldMs(bytes, socket.bytesWritten, passedMs) >= this.#idleMs) socket.destroy()
    }
    for (const [stream, queue] of this.#streams) {
      if (queue.heldMs(passedMs) >= this.#idleMs) stream.close(cancel)
    }
  }
}

/** The bytes that a connection has to write and the system does not accept. */
class SocketQueue {
  #bytes = -1
  #written = -1
  #heldMs = 0

  heldMs(bytes: number, written: number, passedMs: number): number {
    this.#heldMs = bytes === this.#bytes && written === this.#written ? this.#heldMs + passedMs : 0
    this.#bytes = bytes
    this.#written = written
    return this.#heldMs
  }
}

/** The bytes that a stream cannot write because its peer's window is full. */
class StreamQueue {
  readonly #stream: ServerHttp2Stream
  readonly #socket: Socket
  #bytes = -1
  #written = -1
  #heldMs = 0

  constructor(stream: ServerHttp2Stream, socket: Socket) {
    this.#stream = stream
    this.#socket = socket
  }

  heldMs(passedMs: number): number {
    const { destroyed, bufferSize } = this.#stream
    if (destroyed || bufferSize === 0) {
      this.#heldMs = 0
      return 0
    }
    const { bytesWritten } = this.#socket
    // A piece counts as one, whatever its size. The bytes that the connection has written show whether a part of it was sent.
    const moves = bufferSize !== this.#bytes || bytesWritten - this.#written >= leastBytesOfBodies
    this.#bytes = bufferSize
    this.#written = bytesWritten
    this.#heldMs = moves ? 0 : this.#heldMs + passedMs
    return this.#heldMs
  }
}

/**
 * Bytes that Node has passed to the system and that the system has not accepted, since the peer does not read. This is not documented, but
 * Node's own timeouts use it: the documented numbers change only when a whole piece is written, whatever its size.
 */
function queuedBytes(socket: Socket): number {
  return (socket as Socket & { readonly _handle?: { readonly writeQueueSize?: number } })._handle?.writeQueueSize ?? 0
}
