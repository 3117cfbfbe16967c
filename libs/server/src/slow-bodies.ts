import { ErrorInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { Passing } from '@assay/rpc'
import { Code, ConnectError } from '@connectrpc/connect'
import { errorDomain } from './errors.ts'
import type { NodeRequest, NodeResponse } from './node-messages.ts'
import { lookEveryMs, type PeerLimits } from './peer-limits.ts'

/** The error of a request whose body arrived too slowly. */
export class SlowBody extends ConnectError {
  /** The HTTP status of the code would be 504, which means a fault of the server. */
  readonly httpStatus = 408

  constructor(message: string) {
    super(message, Code.DeadlineExceeded)
    const info = { reason: 'BODY_TOO_SLOW', domain: errorDomain, metadata: {} }
    this.details.push({ desc: ErrorInfoSchema, value: info })
  }
}

/** HTTP/2's number for a stream on which the peer has ended its side. */
const halfClosedRemote = 6
const noError = 0
const cancel = 8

type Limits = Pick<PeerLimits, 'bodyIdleMs' | 'leastBytesPerSecond' | 'restMs'>

/**
 * Ends requests whose bodies do not arrive. Only time counts in which the peer could send: while a handler does not read the received part,
 * the peer waits for the server. The reader of the body gets a `SlowBody` error and answers with it. After an answer, the rest of the body
 * is read for a moment and then cut off.
 */
export class SlowBodies {
  readonly #limits: Limits
  readonly #coming = new Passing<ComingBody>()
  readonly #timer: NodeJS.Timeout
  #lookedAt = performance.now()

  constructor(limits: Limits) {
    this.#limits = limits
    const everyMs = lookEveryMs(limits.bodyIdleMs, limits.restMs)
    // When this process did not run, its peers are not at fault.
    this.#timer = setInterval(() => this.#look(2 * everyMs), everyMs).unref()
  }

  watch(request: NodeRequest, response: NodeResponse): void {
    if (!hasBody(request)) return
    const body = this.#coming.add(new ComingBody(request, response, this.#limits))
    response.once('close', () => {
      if (body.value.isOver) this.#coming.remove(body)
    })
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(mostMs: number): void {
    const now = performance.now()
    const passedMs = Math.min(now - this.#lookedAt, mostMs)
    this.#lookedAt = now
    for (const body of this.#coming.members) {
      if (body.value.isOver) this.#coming.remove(body)
      else body.value.look(passedMs)
    }
  }
}

class ComingBody {
  readonly #request: NodeRequest
  readonly #response: NodeResponse
  readonly #limits: Limits
  /** Undefined until the first check: most bodies are complete long before. */
  #bytesSoFar: (() => number) | undefined
  #bytes = 0
  #idleMs = 0
  #windowMs = 0
  #windowBytes = 0
  /** The time since the answer. */
  #restMs = 0
  #isRefused = false

  constructor(request: NodeRequest, response: NodeResponse, limits: Limits) {
    this.#request = request
    this.#response = response
    this.#limits = limits
  }

  get isOver(): boolean {
    const request = this.#request
    if (request.complete) return true
    return 'stream' in request ? request.stream.state.state === halfClosedRemote : request.socket.destroyed
  }

  look(passedMs: number): void {
    if (this.#isRefused || this.#response.writableFinished) {
      this.#restMs += passedMs
      if (this.#restMs >= this.#limits.restMs) this.#cut()
      return
    }
    this.#bytesSoFar ??= byteCounter(this.#request)
    const bytes = this.#bytesSoFar()
    const came = bytes - this.#bytes
    this.#bytes = bytes
    this.#windowBytes += came
    if (came > 0 || waitsForUs(this.#request)) this.#idleMs = 0
    if (waitsForUs(this.#request)) return
    if (came === 0) this.#idleMs += passedMs
    this.#windowMs += passedMs
    this.#judge()
  }

  #judge(): void {
    const { bodyIdleMs, leastBytesPerSecond } = this.#limits
    const seconds = bodyIdleMs / 1000
    if (this.#idleMs >= bodyIdleMs) {
      this.#refuse(`The body of the request had no data for ${seconds} s; send it without pauses`)
    } else if (this.#windowMs >= bodyIdleMs) {
      if (this.#windowBytes < leastBytesPerSecond * seconds) {
        this.#refuse(
          `The body of the request arrives too slowly: the minimum is ${leastBytesPerSecond} bytes a second, on average over ${seconds} s`,
        )
      }
      this.#windowMs = 0
      this.#windowBytes = 0
    }
  }

  #refuse(message: string): void {
    const request = this.#request
    // Without a listener, the error would end the process: the body has no reader yet, and the next check comes back to it.
    if (request.listenerCount('error') === 0) return
    this.#isRefused = true
    // The next bytes on this connection would not be a new request.
    if ('shouldKeepAlive' in this.#response && !this.#response.headersSent) this.#response.shouldKeepAlive = false
    request.emit('error', new SlowBody(message))
  }

  #cut(): void {
    const request = this.#request
    if (!('stream' in request)) request.socket.destroy()
    else request.stream.close(this.#response.writableFinished ? noError : cancel)
  }
}

function hasBody(request: NodeRequest): boolean {
  if ('stream' in request) return !request.stream.endAfterHeaders
  const length = request.headers['content-length']
  return length === undefined ? request.headers['transfer-encoding'] !== undefined : length !== '0'
}

/** Whether the buffer is full, so that the peer waits for a reader. */
function waitsForUs({ readableLength, readableHighWaterMark }: NodeRequest): boolean {
  return readableLength >= readableHighWaterMark
}

/** Counts the bytes from now on. An HTTP/1.1 connection has only this request; over HTTP/2, the pieces are counted. */
function byteCounter(request: NodeRequest): () => number {
  if (!('stream' in request)) {
    const { socket } = request
    const before = socket.bytesRead
    return () => socket.bytesRead - before
  }
  let count = 0
  const push = request.push
  request.push = (chunk: Uint8Array | null, encoding) => {
    count += chunk?.length ?? 0
    return push.call(request, chunk, encoding)
  }
  return () => count
}
