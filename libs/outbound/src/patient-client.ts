import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, OutboundClient } from './outbound-client.ts'
import { OutboundFault } from './outbound-fault.ts'

interface Patience {
  /** The attempts of one request, with the first. */
  readonly tries: number
  /** The wait before the second attempt when the server names no time; it doubles each time. */
  readonly firstWaitMs: number
  /** A server that asks for a longer wait is given up. */
  readonly longestWaitMs: number
  /** The sum of the waits of all requests. */
  readonly allWaitsMs: number
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  readonly now: () => number
}

const defaultPatience: Patience = {
  tries: 5,
  firstWaitMs: 1000,
  longestWaitMs: 5 * 60_000,
  allWaitsMs: 30 * 60_000,
  wait: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  now: Date.now,
}

const passing: ReadonlySet<number> = new Set([429, 500, 502, 503, 504])

/**
 * Repeats requests when waiting may help: after faults of the connection, 429 and 5xx. It waits as long as the server asks, within limits.
 */
export class PatientClient {
  readonly #client: OutboundClient
  readonly #patience: Patience
  #waitedMs = 0

  constructor(client: OutboundClient, patience: Partial<Patience> = {}) {
    this.#client = client
    this.#patience = { ...defaultPatience, ...patience }
  }

  /** @throws OutboundFault when no attempt succeeded */
  async get(url: URL, options: Parameters<OutboundClient['get']>[1]): Promise<Answer> {
    const { tries, firstWaitMs } = this.#patience
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#try(url, options)
      if (!(outcome instanceof OutboundFault)) return outcome
      if (attempt === tries || !outcome.mayPass) throw outcome
      await this.#wait(outcome.retryAfterMs ?? firstWaitMs * 2 ** (attempt - 1), url, outcome, options.signal)
    }
  }

  async #try(url: URL, options: Parameters<OutboundClient['get']>[1]): Promise<Answer | OutboundFault> {
    try {
      const answer = await this.#client.get(url, options)
      if (!passing.has(answer.status)) return answer
      const retryAfterMs = waitOf(answer.headers['retry-after'], this.#patience.now())
      const what = answer.status === 429 ? 'has had too many requests' : 'is in trouble'
      return new OutboundFault('BUSY', `${url.host} ${what}: it answers ${answer.status} to ${url.pathname}`, {
        mayPass: true,
        retryAfterMs,
      })
    } catch (error) {
      if (error instanceof OutboundFault) return error
      throw error
    }
  }

  async #wait(ms: number, url: URL, fault: OutboundFault, signal: AbortSignal | undefined): Promise<void> {
    const { longestWaitMs, allWaitsMs, wait } = this.#patience
    const isTooLong = ms > longestWaitMs
    if (isTooLong || this.#waitedMs + ms > allWaitsMs) {
      const why = isTooLong
        ? `${url.host} asks to wait ${Math.ceil(ms / 1000)} s, and at most ${longestWaitMs / 1000} s are waited`
        : `${fault.message}; ${Math.floor(this.#waitedMs / 1000)} s were waited for it already`
      throw new OutboundFault('BUSY', why, { mayPass: true, retryAfterMs: ms, cause: fault })
    }
    this.#waitedMs += ms
    await wait(ms, signal)
  }
}

/** The value of `Retry-After`, in seconds or as a date; other values are ignored. */
function waitOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
