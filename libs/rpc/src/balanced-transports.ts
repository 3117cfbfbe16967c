import type { Transport } from '@connectrpc/connect'
import { hasNotBegun } from './not-begun.ts'
import type { ServiceAddresses } from './service-addresses.ts'

/** The transports to one process. */
export interface ProcessTransports {
  readonly transport: Transport
  readonly unreadTransport: Transport
  /** Opens the connection for streams if there is none; false if that fails. Undefined if the transports cannot tell. */
  canConnect?(): Promise<boolean>
  close(): void
}

/**
 * Transports that use the processes of a service in turn. If a process cannot be reached, it has not begun the call, so the
 * next process gets it at once. Any other error is returned to the caller.
 */
export class BalancedTransports implements ProcessTransports {
  readonly transport: Transport
  readonly unreadTransport: Transport
  readonly #addresses: ServiceAddresses
  readonly #connect: (url: string) => ProcessTransports
  readonly #open = new Map<string, ProcessTransports>()

  constructor(addresses: ServiceAddresses, connect: (url: string) => ProcessTransports) {
    this.#addresses = addresses
    this.#connect = connect
    this.transport = this.#balanced(({ transport }) => transport)
    this.unreadTransport = this.#balanced(({ unreadTransport }) => unreadTransport)
  }

  close(): void {
    this.#addresses.close()
    for (const transports of this.#open.values()) transports.close()
    this.#open.clear()
  }

  /** The transports to each process that is known now. */
  each(): readonly ProcessTransports[] {
    return this.#addresses.all.map((url) => this.#to(url))
  }

  #balanced(choose: (transports: ProcessTransports) => Transport): Transport {
    return {
      unary: (...call) => this.#ask((transports) => choose(transports).unary(...call)),
      stream: (...call) => this.#askOnce((transports) => choose(transports).stream(...call)),
    }
  }

  /**
   * The input that a stream has read cannot be read again. So the connection is opened first, and if that fails, the next
   * process is tried. When the stream has begun, only the caller can repeat it, and then with another process.
   */
  async #askOnce<Answer>(call: (transports: ProcessTransports) => Promise<Answer>): Promise<Answer> {
    for (let tries = this.#addresses.all.length; ; tries--) {
      const url = this.#addresses.next()
      const transports = this.#to(url)
      if (tries > 1 && (await transports.canConnect?.()) === false) {
        this.#addresses.rest(url)
        continue
      }
      try {
        return await call(transports)
      } catch (error) {
        if (hasNotBegun(error)) this.#addresses.rest(url)
        throw error
      }
    }
  }

  async #ask<Answer>(call: (transports: ProcessTransports) => Promise<Answer>): Promise<Answer> {
    for (let tries = this.#addresses.all.length; ; tries--) {
      const url = this.#addresses.next()
      try {
        return await call(this.#to(url))
      } catch (error) {
        if (!hasNotBegun(error)) throw error
        this.#addresses.rest(url)
        if (tries <= 1) throw error
      }
    }
  }

  #to(url: string): ProcessTransports {
    const known = this.#open.get(url)
    if (known !== undefined) return known
    // A process that is no longer listed may still answer calls; its connections end with it.
    for (const gone of this.#open.keys()) if (!this.#addresses.all.includes(gone)) this.#open.delete(gone)
    const transports = this.#connect(url)
    this.#open.set(url, transports)
    return transports
  }
}
