import { connect, type Socket } from 'node:net'
import { mulberry32 } from './access-files.ts'
import { AnswerEnd } from './http-load.ts'

/** The results of the calls of one phase of load. */
export interface LoadOutcome {
  readonly offered: number
  readonly succeeded: number
  readonly perSecond: number
  /** How late the calls were sent: the part of the latencies that the generator causes. */
  readonly lateP99Ms: number
  /** Latencies of the successful calls, in milliseconds from the time at which each call was due. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Responses with status 429 or 503. */
  readonly refused: number
  readonly refusedP99Ms: number
  /** Refused calls without Retry-After. */
  readonly refusedInSilence: number
  /** Connections that ended before the response. */
  readonly resets: number
  /** The number of responses with each other status. */
  readonly others: ReadonlyMap<number, number>
}

/** Picks a call, given a number from 0 to 1. */
export type Mix = (random: number) => Buffer

interface Tally {
  offered: number
  readonly late: number[]
  readonly succeeded: number[]
  readonly refused: number[]
  refusedInSilence: number
  resets: number
  readonly others: Map<number, number>
}

/**
 * Makes calls at their due times, as many independent clients do, whatever happens to the earlier calls. The gaps are exponential and the
 * same each time. A call uses an idle connection, or opens one. One thread does everything, with one write and hardly any reading for a
 * call, because the server works on the same processors.
 */
export async function offer(port: number, mix: Mix, perSecond: number, ms: number, seed = 1): Promise<LoadOutcome> {
  const random = mulberry32(seed)
  const pool = new Connections(port)
  const tally = newTally()
  const start = performance.now()
  let due = start
  await new Promise<void>((resolve) => {
    const send = () => {
      const now = performance.now()
      while (due <= now && due < start + ms) {
        pool.send(mix(random()), due, tally)
        due += (-Math.log(1 - random()) / perSecond) * 1000
      }
      if (due >= start + ms) resolve()
      else setTimeout(send, 1)
    }
    send()
  })
  await pool.answered()
  pool.close()
  return outcomeOf(tally, ms)
}

/** Makes calls with a number of clients; each sends its next call after a response. After a refusal a client waits a moment. */
export async function saturate(port: number, mix: Mix, clients: number, ms: number): Promise<LoadOutcome> {
  const random = mulberry32(2)
  const pool = new Connections(port)
  const tally = newTally()
  const until = performance.now() + ms
  const next = () => {
    if (performance.now() < until)
      pool.send(mix(random()), performance.now(), tally, (ok) => (ok ? next() : setTimeout(next, 50)))
  }
  for (let client = 0; client < clients; client++) next()
  await new Promise((resolve) => setTimeout(resolve, ms))
  await pool.answered()
  pool.close()
  return outcomeOf(tally, ms)
}

interface Connection {
  readonly socket: Socket
  answer: AnswerEnd
  onEnd: ((status: number | undefined, head: string) => void) | undefined
}

class Connections {
  readonly #port: number
  readonly #idle: Connection[] = []
  readonly #all = new Set<Connection>()
  #open = 0
  #told: (() => void) | undefined

  constructor(port: number) {
    this.#port = port
  }

  send(request: Buffer, due: number, tally: Tally, then?: (ok: boolean) => void): void {
    tally.offered++
    tally.late.push(performance.now() - due)
    this.#open++
    const connection = this.#idle.pop() ?? this.#connect()
    connection.answer = new AnswerEnd()
    connection.onEnd = (status, head) => {
      connection.onEnd = undefined
      const ms = performance.now() - due
      if (status === undefined) tally.resets++
      else if (status < 300) tally.succeeded.push(ms)
      else if (status === 429 || status === 503) {
        tally.refused.push(ms)
        if (!/^retry-after: *[1-9]/im.test(head)) tally.refusedInSilence++
      } else tally.others.set(status, (tally.others.get(status) ?? 0) + 1)
      if (status !== undefined && !/^connection: *close/im.test(head)) this.#idle.push(connection)
      if (--this.#open === 0) this.#told?.()
      then?.(status !== undefined && status < 300)
    }
    connection.socket.write(request)
  }

  async answered(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => (this.#told = resolve))
  }

  close(): void {
    for (const { socket } of this.#all) socket.destroy()
  }

  #connect(): Connection {
    const take = (length: number, buffer: Uint8Array): boolean => {
      const { answer } = connection
      if (answer.add(Buffer.from(buffer.buffer, buffer.byteOffset, length))) {
        connection.onEnd?.(Number(answer.head.slice(9, 12)), answer.head.slice(0, answer.head.indexOf('\r\n\r\n')))
      }
      return true
    }
    const onread = { buffer: shared, callback: take }
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true, onread })
    const connection: Connection = { socket, answer: new AnswerEnd(), onEnd: undefined }
    this.#all.add(connection)
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#all.delete(connection)
      const index = this.#idle.indexOf(connection)
      if (index >= 0) this.#idle.splice(index, 1)
      connection.onEnd?.(undefined, '')
    })
    return connection
  }
}

/** Every connection reads into the same memory, because each piece is processed before anything else is read. */
const shared = Buffer.allocUnsafeSlow(64 * 1024)

function newTally(): Tally {
  return { offered: 0, late: [], succeeded: [], refused: [], refusedInSilence: 0, resets: 0, others: new Map() }
}

function outcomeOf({ late, succeeded, refused, ...rest }: Tally, ms: number): LoadOutcome {
  return {
    ...rest,
    succeeded: succeeded.length,
    perSecond: (succeeded.length / ms) * 1000,
    lateP99Ms: quantile(late, 0.99),
    p50Ms: quantile(succeeded, 0.5),
    p99Ms: quantile(succeeded, 0.99),
    refused: refused.length,
    refusedP99Ms: quantile(refused, 0.99),
  }
}

function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) return 0
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!
}
