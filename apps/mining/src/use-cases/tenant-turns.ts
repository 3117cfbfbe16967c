import { resourceExhausted } from '@assay/errors'
import { tooManyCalls } from './call-places.ts'

/**
 * Lets the calls of one kind go on one at a time for each tenant, and for only so many tenants at once. The others wait
 * here, in the order in which they came, and hold nothing meanwhile: a call that waited for its tenant's lock in PostgreSQL
 * would hold a connection, and a few such calls of one tenant would take all connections from all tenants.
 */
export class TenantTurns {
  readonly #mostTenants: number
  readonly #mostWaiting: number
  /** The calls of each tenant: the first one goes on or waits for a place, the others wait for it. */
  readonly #calls = new Map<number, Turn[]>()
  /** First calls of their tenants that wait for a place. */
  readonly #ready: Turn[] = []
  #running = 0

  /** @param limits `waiting` counts the calls of one tenant */
  constructor(limits: { readonly tenants: number; readonly waiting: number }) {
    this.#mostTenants = limits.tenants
    this.#mostWaiting = limits.waiting
  }

  /**
   * Runs `work` when its turn comes.
   * @throws resource_exhausted when too many calls of the tenant wait; the signal's reason when it ends the waiting
   */
  async run<T>(tenantId: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const turn = await this.#wait(tenantId, signal)
    try {
      return await work()
    } finally {
      this.#running--
      this.#leave(tenantId, turn)
    }
  }

  async #wait(tenantId: number, signal: AbortSignal): Promise<Turn> {
    signal.throwIfAborted()
    const calls = this.#calls.get(tenantId) ?? []
    if (calls.length > this.#mostWaiting) throw tooMany(this.#mostWaiting)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = () => {
      this.#leave(tenantId, turn)
      reject(signal.reason)
    }
    const turn: Turn = {
      begin() {
        signal.removeEventListener('abort', giveUp)
        resolve()
      },
    }
    signal.addEventListener('abort', giveUp, { once: true })
    this.#calls.set(tenantId, calls)
    if (calls.push(turn) === 1) this.#ready.push(turn)
    this.#beginNext()
    await promise
    return turn
  }

  /** Takes a call out, whether it ran or waited; the next one of its tenant goes behind those of other tenants. */
  #leave(tenantId: number, turn: Turn): void {
    const calls = this.#calls.get(tenantId) ?? []
    const isFirst = calls[0] === turn
    calls.splice(calls.indexOf(turn), 1)
    const place = this.#ready.indexOf(turn)
    if (place >= 0) this.#ready.splice(place, 1)
    if (calls.length === 0) this.#calls.delete(tenantId)
    else if (isFirst) this.#ready.push(calls[0])
    this.#beginNext()
  }

  #beginNext(): void {
    while (this.#running < this.#mostTenants && this.#ready.length > 0) {
      this.#running++
      this.#ready.shift()?.begin()
    }
  }
}

interface Turn {
  begin(): void
}

function tooMany(waiting: number): Error {
  return resourceExhausted(
    `${waiting} such calls of this tenant wait already, which is all that one process takes; try again when one has ended`,
    { reason: tooManyCalls, metadata: { limit: String(waiting) } },
  )
}
