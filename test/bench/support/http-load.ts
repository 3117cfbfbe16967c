import { connect } from 'node:net'

/** The figures of one phase of load. */
export interface LoadFigures {
  readonly perSecond: number
  /** Of single requests, in milliseconds. */
  readonly medianMs: number
  readonly p99Ms: number
}

interface Load {
  /** Or the number of simultaneous calls, when one connection carries many. */
  readonly connections: number
  readonly ms: number
}

/** The bytes of a request of HTTP/1.1. */
export function requestBytes(method: string, path: string, fields: Readonly<Record<string, string>>, json?: unknown) {
  const body = json === undefined ? '' : JSON.stringify(json)
  const type =
    json === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  const head = Object.entries({ Host: '127.0.0.1', Accept: '*/*', 'User-Agent': 'assay-bench', ...type, ...fields })
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  )
}

/**
 * Sends one request again and again on open connections, the next one after each response. It looks only for the end of a response, so that
 * the server is measured and not the client.
 */
export function loadHttp(port: number, request: Buffer, load: Load): Promise<LoadFigures> {
  return measure(load, (latencies, until) => oneConnection(port, request, until, latencies))
}

/** The same with any call. */
export function loadCalls(call: () => Promise<unknown>, load: Load): Promise<LoadFigures> {
  return measure(load, async (latencies, until) => {
    for (let start = performance.now(); start < until; start = performance.now()) {
      await call()
      latencies.push(performance.now() - start)
    }
  })
}

async function measure(
  { connections, ms }: Load,
  work: (latencies: number[], until: number) => Promise<void>,
): Promise<LoadFigures> {
  const latencies: number[] = []
  const start = performance.now()
  await Promise.all(Array.from({ length: connections }, () => work(latencies, start + ms)))
  const took = performance.now() - start
  const sorted = Float64Array.from(latencies).sort()
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!
  return { perSecond: (sorted.length / took) * 1000, medianMs: at(0.5), p99Ms: at(0.99) }
}

function oneConnection(port: number, request: Buffer, until: number, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0
    let answer = new AnswerEnd()
    const send = (): void => {
      sentAt = performance.now()
      answer = new AnswerEnd()
      socket.write(request)
    }
    const take = (length: number, buffer: Uint8Array): boolean => {
      if (!answer.add(Buffer.from(buffer.buffer, buffer.byteOffset, length))) return true
      if (!answer.head.startsWith('HTTP/1.1 20')) {
        socket.destroy(new Error(`the server answered ${answer.head.slice(0, 500)}`))
        return true
      }
      const now = performance.now()
      latencies.push(now - sentAt)
      if (now < until) send()
      else socket.end()
      return true
    }
    // Each read uses the same memory, so that the client's garbage is not measured.
    const onread = { buffer: Buffer.allocUnsafeSlow(64 * 1024), callback: take }
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('close', () => resolve())
  })
}

const lastChunk = '\r\n0\r\n\r\n'

/** Finds the end of an answer without keeping its body. */
export class AnswerEnd {
  /** The head as far as it has arrived, with the beginning of the body. */
  head = ''
  #left: number | undefined
  #isChunked = false
  /** The last bytes, because the end may arrive in pieces. */
  #tail = ''

  /** True once the answer is complete. */
  add(bytes: Buffer): boolean {
    if (this.#left === undefined && !this.#isChunked) {
      this.head += bytes.toString('latin1')
      const end = this.head.indexOf('\r\n\r\n')
      if (end === -1) return false
      const length = /^content-length: *(\d+)/im.exec(this.head.slice(0, end))
      if (length === null) this.#isChunked = true
      else this.#left = end + 4 + Number(length[1]) - this.head.length
    } else if (this.#left !== undefined) {
      this.#left -= bytes.length
    }
    if (!this.#isChunked) return this.#left === 0
    this.#tail = (this.#tail + bytes.toString('latin1', Math.max(0, bytes.length - lastChunk.length))).slice(
      -lastChunk.length,
    )
    return this.#tail === lastChunk
  }
}

/** Sends the bytes of a request once, and returns the status of the response. */
export function statusOf(port: number, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const answer = new AnswerEnd()
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.on('connect', () => socket.write(request))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`the connection ended before its answer: ${answer.head.slice(0, 500)}`)))
    socket.on('data', (bytes) => {
      if (!answer.add(bytes)) return
      resolve(Number(answer.head.slice(9, 12)))
      socket.destroy()
    })
  })
}

/** Reads one response and discards it. Returns its bytes, and the milliseconds that they took. */
export function download(
  port: number,
  path: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<{ readonly bytes: number; readonly ms: number }> {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    let bytes = 0
    let head = ''
    const take = (length: number, buffer: Uint8Array): boolean => {
      if (bytes === 0) head = Buffer.from(buffer.subarray(0, Math.min(length, 500))).toString('latin1')
      bytes += length
      return true
    }
    const onread = { buffer: Buffer.allocUnsafeSlow(64 * 1024), callback: take }
    const socket = connect({ port, host: '127.0.0.1', onread })
    socket.on('error', reject)
    socket.on('close', () => {
      if (head.startsWith('HTTP/1.1 20')) resolve({ bytes, ms: performance.now() - start })
      else reject(new Error(`the server answered ${head}`))
    })
    socket.write(requestBytes('GET', path, { Connection: 'close', ...fields }))
  })
}
