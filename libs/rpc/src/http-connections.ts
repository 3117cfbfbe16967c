import net, { type Socket } from 'node:net'
import tls from 'node:tls'
import { AnswerReader, type HttpAnswer } from './answer-reader.ts'

/** The receiver of a response. Exactly one of the two is called, once. */
export interface Asker {
  answered(answer: HttpAnswer): void
  failed(error: unknown): void
}

/** The most connections; further requests wait. */
const mostConnections = 512
/** A server closes a connection after the idle time that it announces; a request sent at that moment would be lost. */
const closingMarginMs = 1000
/** TCP keep-alive probes prevent proxies and firewalls from dropping an idle connection. */
const probeAfterMs = 1000
/** Every connection reads into the same buffer: its content is copied before the next read. */
const shared = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * HTTP/1.1 connections to one server, each for one request at a time; the one used last is used next. A request is one write,
 * and a response usually one read, with no objects between; Node's own client makes a stream for each.
 */
export class HttpConnections {
  readonly #url: URL
  readonly #idle: HttpConnection[] = []
  readonly #open = new Set<HttpConnection>()
  readonly #waiting: { readonly request: Buffer; readonly asker: Asker }[] = []

  constructor(baseUrl: string) {
    this.#url = new URL(baseUrl)
  }

  /**
   * Sends a request when a connection is free.
   * @param request all its bytes; not a HEAD request, whose response announces a body but has none
   */
  send(request: Buffer, asker: Asker): void {
    let connection = this.#idle.pop()
    // The connections below it were idle even longer.
    while (connection !== undefined && !connection.isFit) {
      connection.destroy()
      connection = this.#idle.pop()
    }
    if (connection === undefined) {
      if (this.#open.size >= mostConnections) {
        this.#waiting.push({ request, asker })
        return
      }
      connection = this.#connect()
    }
    connection.ask(request, asker)
  }

  /** Aborts the request of the receiver, which is not called any more. The server sees that the connection ends. */
  breakOff(asker: Asker): void {
    const place = this.#waiting.findIndex((one) => one.asker === asker)
    if (place >= 0) this.#waiting.splice(place, 1)
    for (const connection of this.#open) if (connection.asker === asker) connection.abandon()
  }

  /** Ends every connection. Running and waiting requests fail. */
  close(): void {
    for (const { asker } of this.#waiting.splice(0)) asker.failed(hungUp())
    for (const connection of [...this.#open]) connection.destroy()
  }

  #connect(): HttpConnection {
    const connection = new HttpConnection(socketTo(this.#url), {
      free: () => {
        const next = this.#waiting.shift()
        if (next === undefined) this.#idle.push(connection)
        else connection.ask(next.request, next.asker)
      },
      gone: () => {
        this.#open.delete(connection)
        const place = this.#idle.indexOf(connection)
        if (place >= 0) this.#idle.splice(place, 1)
        const next = this.#waiting.shift()
        if (next !== undefined) this.send(next.request, next.asker)
      },
    })
    this.#open.add(connection)
    return connection
  }
}

interface Keeper {
  free(): void
  gone(): void
}

type Connected = (take: (bytes: Buffer) => void) => Socket

class HttpConnection {
  readonly #socket: Socket
  readonly #keeper: Keeper
  #asker: Asker | undefined
  #reader: AnswerReader | undefined
  #error: unknown
  #fitUntil = Number.POSITIVE_INFINITY

  constructor(connected: Connected, keeper: Keeper) {
    this.#keeper = keeper
    this.#socket = connected((bytes) => this.#take(bytes))
    this.#socket.on('error', (error) => {
      this.#error ??= error
    })
    this.#socket.on('end', () => {
      const answer = this.#reader?.end()
      if (answer !== undefined) this.#settle()?.answered(answer)
    })
    this.#socket.on('close', () => {
      keeper.gone()
      this.#settle()?.failed(this.#error ?? hungUp())
    })
  }

  get asker(): Asker | undefined {
    return this.#asker
  }

  /** Whether the connection is open and the server has not announced to close it about now. */
  get isFit(): boolean {
    // A socket that the other end has closed accepts no more data, but is destroyed only a moment later.
    return this.#socket.readyState === 'open' && performance.now() < this.#fitUntil
  }

  ask(request: Buffer, asker: Asker): void {
    this.#asker = asker
    this.#reader = new AnswerReader()
    this.#socket.ref()
    this.#socket.write(request)
  }

  abandon(): void {
    this.#settle()
    this.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    const reader = this.#reader
    let answer: HttpAnswer | undefined
    try {
      answer = reader?.add(bytes)
    } catch (error) {
      this.#error = error
      this.destroy()
    }
    // The server sent data without a request.
    if (reader === undefined) this.destroy()
    if (reader === undefined || answer === undefined) return
    const asker = this.#settle()
    // If the response came before its request was completely sent, the rest of the request is still in the buffer.
    if (reader.staysOpen && this.#socket.writableLength === 0) {
      this.#fitUntil = performance.now() + idleMsOf(answer)
      // An idle connection does not keep the process alive.
      this.#socket.unref()
      this.#keeper.free()
    } else {
      this.destroy()
    }
    asker?.answered(answer)
  }

  #settle(): Asker | undefined {
    const asker = this.#asker
    this.#asker = undefined
    this.#reader = undefined
    return asker
  }
}

function idleMsOf({ fields }: HttpAnswer): number {
  const seconds = /\btimeout=(\d+)/i.exec(fields['keep-alive'] ?? '')?.[1]
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1000 - closingMarginMs
}

function hungUp(): Error {
  return Object.assign(new Error('the connection ended before the answer'), { code: 'ECONNRESET', syscall: 'read' })
}

function socketTo({ protocol, hostname, port }: URL): Connected {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol === 'https:') {
    const servername = net.isIP(host) === 0 ? { servername: host } : {}
    return (take) => {
      const socket = tls.connect({ host, port: Number(port || 443), ALPNProtocols: ['http/1.1'], ...servername })
      socket.setNoDelay(true).setKeepAlive(true, probeAfterMs)
      return socket.on('data', take)
    }
  }
  return (take) => {
    const onread = {
      buffer: shared,
      callback(count: number) {
        take(Buffer.from(shared.subarray(0, count)))
        return true
      },
    }
    const kept = { keepAlive: true, keepAliveInitialDelay: probeAfterMs }
    return net.connect({ host, port: Number(port || 80), noDelay: true, ...kept, onread })
  }
}
