import { type DatabaseAddress, ListeningConnection, type ListeningOptions } from '@assay/store'
import { miningChannel } from './population-minings.ts'

/** A watcher checks after this time without a notification, since a notification may be lost. */
const lookMs = 1000

/** Wakes the watchers of a mining when it has changed. All watchers share one database connection. */
export class MiningChanges {
  readonly #waiting = new Map<string, Set<() => void>>()
  readonly #connection: ListeningConnection

  constructor(options: DatabaseAddress & Pick<ListeningOptions, 'applicationName'>) {
    this.#connection = new ListeningConnection({
      ...options,
      channel: miningChannel,
      onMessage: (id) => this.#wake(id),
      onConnected: () => {
        for (const id of this.#waiting.keys()) this.#wake(id)
      },
    })
  }

  /** Resolves at the next change, after a second at the latest, or when the signal is aborted. */
  next(id: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        const others = this.#waiting.get(id)
        others?.delete(done)
        if (others?.size === 0) this.#waiting.delete(id)
        resolve()
      }
      const timer = setTimeout(done, lookMs)
      signal.addEventListener('abort', done, { once: true })
      const waiting = this.#waiting.get(id) ?? new Set()
      this.#waiting.set(id, waiting.add(done))
      if (signal.aborted) done()
    })
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  #wake(id: string): void {
    for (const done of [...(this.#waiting.get(id) ?? [])]) done()
  }
}
