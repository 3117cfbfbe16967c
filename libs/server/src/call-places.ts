import { DomainError, itemAt, resourceExhausted, unavailable } from '@assay/errors'

/** The reason of a refusal because the tenant exceeds its share of a process; 429. */
const tenantBusy = 'TOO_MANY_CALLS'
/** The reason of a refusal because the process is full although no tenant exceeds its share; 503. */
const processBusy = 'OVERLOADED'

export interface CallPlacesOptions {
  /** The noun for the calls in messages: `calls`, `evaluations`. */
  readonly noun: string
  /** The most simultaneous calls of this process; a function for a limit that changes. */
  readonly process: number | (() => number)
  /**
   * The most simultaneous calls of one tenant. Default: three fifths of the process, so that a call of another tenant finds a place at
   * once.
   */
  readonly tenant?: number | undefined
  /** The most waiting calls of one tenant; 0 for none. Default: a few for each running call. */
  readonly waiting?: number | undefined
}

/** Frees a place; only the first call has an effect. */
export type Leave = () => void

/**
 * The most waiting calls: so many for each running call, or as many as begin within so many milliseconds, whichever is more. A call then
 * waits for a few times the duration of a call, whether calls are short or long.
 */
interface Patience {
  readonly perRunning: number
  readonly ms: number
}

/** A short burst may wait. */
const usual: Patience = { perRunning: 5, ms: 100 }
/** After an overflow, a long queue only adds to the duration of every call, so it is kept short ... */
const overloaded: Patience = { perRunning: 0.5, ms: 15 }
/** ... until there was no refusal for this time. */
const calmMs = 1000
/** A call may be removed from the queue while it has waited for less than this; a later refusal is worse than a late answer. */
const quickAnswerMs = 40
/** A call that has waited for this long is refused, in case the estimates are wrong. */
const longestWaitMs = 5000
/** The most waiting calls, however short calls are. */
const mostWaiting = 1000
/** The most waiting calls before the first calls have ended. */
const mostAtFirst = 100
/** With fewer, a place would be empty until the next call arrives. */
const fewestWaiting = 2
/** A longer time between the ends of two calls is not counted as duration. */
const longestGapMs = 1000
/** The weight of one more call in the average. */
const smoothing = 0.05

/**
 * Limits the number of simultaneous calls in this process. Other calls wait here without holding anything; when the queue is too long,
 * calls are refused before they have done anything.
 *
 * Tenants take turns: the next place goes to the tenant with the fewest running calls, then to the one whose last call began longest ago.
 * When the queue is full, the tenant with the most waiting calls loses its latest one. So a tenant below its share is not refused, whatever
 * the others do.
 */
export class CallPlaces {
  readonly #options: CallPlacesOptions
  readonly #tenants = new Map<number, TenantCalls>()
  readonly #tenantRefusals: readonly DomainError[]
  readonly #processRefusals: readonly DomainError[]
  #nextRefusal = 0
  #refusedAt = Number.NEGATIVE_INFINITY
  #running = 0
  #waiting = 0
  #turn = 0
  /** One timer for all waiting calls: in a busy process nearly every call waits, but hardly one for that long. */
  #lateTimer: NodeJS.Timeout | undefined
  /** The time since which there has always been a waiting call. */
  #waitsSince = 0
  #endedAt = 0
  /** The average milliseconds between the ends of two calls while others wait. */
  #endsEachMs = 0

  constructor(options: CallPlacesOptions) {
    this.#options = options
    this.#tenantRefusals = tenantRefusals(options.noun)
    this.#processRefusals = processRefusals(options.noun)
  }

  /** The number of running calls. */
  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting
  }

  /**
   * Takes a place, at once or later.
   * @param signalOf called only if the call has to wait: making a signal takes longer than a refusal
   * @throws resource_exhausted (TOO_MANY_CALLS), unavailable (OVERLOADED); the reason of the signal if it ends the wait
   */
  enter(tenantId: number, signalOf?: () => AbortSignal | undefined): Leave | Promise<Leave> {
    const tenant = this.#tenants.get(tenantId) ?? { id: tenantId, running: 0, turn: 0, waiting: [] }
    this.#tenants.set(tenantId, tenant)
    if (this.#mayBegin(tenant) && tenant.waiting.length === 0) return this.#begin(tenant)
    let signal: AbortSignal | undefined
    try {
      this.#makeRoom(tenant)
      signal = signalOf?.()
      signal?.throwIfAborted()
    } catch (error) {
      this.#forgetIdle(tenant)
      throw error
    }
    return this.#wait(tenant, signal)
  }

  /** Runs `work` in a place. @throws the errors of `enter` */
  async run<T>(tenantId: number, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted()
    const leave = await this.enter(tenantId, () => signal)
    try {
      return await work()
    } finally {
      leave()
    }
  }

  get #limit(): number {
    const { process } = this.#options
    return typeof process === 'number' ? process : process()
  }

  get #tenantLimit(): number {
    return this.#options.tenant ?? Math.max(1, Math.ceil(this.#limit * 0.6))
  }

  #mayBegin({ running }: TenantCalls): boolean {
    return this.#running < this.#limit && running < this.#tenantLimit
  }

  #begin(tenant: TenantCalls): Leave {
    this.#running++
    tenant.running++
    tenant.turn = ++this.#turn
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#running--
      tenant.running--
      this.#noteEnd()
      this.#forgetIdle(tenant)
      this.#beginNext()
    }
  }

  #noteEnd(): void {
    const now = performance.now()
    if (this.#waiting > 0) {
      const sinceMs = Math.min(now - Math.max(this.#endedAt, this.#waitsSince), longestGapMs)
      this.#endsEachMs += (sinceMs - this.#endsEachMs) * (this.#endsEachMs === 0 ? 1 : smoothing)
    }
    this.#endedAt = now
  }

  #forgetIdle(tenant: TenantCalls): void {
    // The tenant's turn is forgotten too: with nothing running and nothing waiting, its next call begins at once or waits behind all
    // others.
    if (tenant.running === 0 && tenant.waiting.length === 0) this.#tenants.delete(tenant.id)
  }

  #beginNext(): void {
    while (this.#waiting > 0 && this.#running < this.#limit) {
      let next: TenantCalls | undefined
      for (const tenant of this.#tenants.values()) {
        if (tenant.waiting.length === 0 || tenant.running >= this.#tenantLimit) continue
        if (next === undefined || isBefore(tenant, next)) next = tenant
      }
      const call = next?.waiting.shift()
      if (next === undefined || call === undefined) return
      this.#waiting--
      call.begin(this.#begin(next))
    }
  }

  /** Refuses the call, or another waiting call, when the queue is full. */
  #makeRoom(tenant: TenantCalls): void {
    const { waiting } = this.#options
    if (waiting !== undefined) {
      if (tenant.waiting.length >= waiting) throw this.#refusal(tenant, this.#tenantLimit + waiting)
      return
    }
    const most = this.#mostWaiting()
    if (this.#waiting < most) return
    let heaviest = tenant
    for (const one of this.#tenants.values()) if (one.waiting.length > heaviest.waiting.length) heaviest = one
    const wasCalm = !this.#isOverloaded
    const isHeaviest = heaviest.waiting.length <= tenant.waiting.length + 1
    const refusal = this.#refusal(isHeaviest ? tenant : heaviest, this.#limit + most)
    if (wasCalm) this.#cutBack()
    if (isHeaviest) throw refusal
    heaviest.waiting.at(-1)?.refuse(refusal)
  }

  /** After an overflow, also refuses the latest waiting calls, as long as that is still a quick answer. */
  #cutBack(): void {
    const most = this.#mostWaiting()
    const quickSince = performance.now() - quickAnswerMs
    while (this.#waiting > most) {
      let heaviest: TenantCalls | undefined
      for (const one of this.#tenants.values()) {
        if (one.waiting.length > (heaviest?.waiting.length ?? 0)) heaviest = one
      }
      const last = heaviest?.waiting.at(-1)
      if (heaviest === undefined || last === undefined || last.cameAt < quickSince) return
      last.refuse(this.#refusal(heaviest, this.#limit + most))
    }
  }

  get #isOverloaded(): boolean {
    return performance.now() - this.#refusedAt < calmMs
  }

  #mostWaiting(): number {
    if (this.#endsEachMs === 0) return mostAtFirst
    const { perRunning, ms } = this.#isOverloaded ? overloaded : usual
    return Math.min(mostWaiting, Math.ceil(Math.max(fewestWaiting, perRunning * this.#running, ms / this.#endsEachMs)))
  }

  #wait(tenant: TenantCalls, signal: AbortSignal | undefined): Promise<Leave> {
    return new Promise((resolve, reject) => {
      const settle = () => signal?.removeEventListener('abort', giveUp)
      const giveUp = () => call.refuse(signal?.reason)
      const call: WaitingCall = {
        cameAt: performance.now(),
        begin: (leave) => {
          settle()
          resolve(leave)
        },
        refuse: (reason) => {
          settle()
          tenant.waiting.splice(tenant.waiting.indexOf(call), 1)
          this.#waiting--
          this.#forgetIdle(tenant)
          reject(reason)
        },
      }
      signal?.addEventListener('abort', giveUp, { once: true })
      tenant.waiting.push(call)
      this.#tenants.set(tenant.id, tenant)
      // A queue of a fixed length is for long calls, which wait until their deadline.
      if (this.#options.waiting === undefined) this.#lateTimer ??= this.#lookAgain(longestWaitMs)
      if (this.#waiting++ === 0) this.#waitsSince = performance.now()
    })
  }

  #lookAgain(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#refuseLate(), ms).unref()
  }

  #refuseLate(): void {
    this.#lateTimer = undefined
    const now = performance.now()
    let longestMs = Number.NEGATIVE_INFINITY
    for (const tenant of [...this.#tenants.values()]) {
      for (const call of [...tenant.waiting]) {
        const waitedMs = now - call.cameAt
        if (Math.ceil(waitedMs) >= longestWaitMs) call.refuse(this.#refusal(tenant, this.#limit))
        else longestMs = Math.max(longestMs, waitedMs)
      }
    }
    if (this.#waiting > 0) this.#lateTimer = this.#lookAgain(longestWaitMs - longestMs)
  }

  /** @param most the number of running and waiting calls of the process, or of the tenant */
  #refusal(tenant: TenantCalls, most: number): DomainError {
    const has = tenant.running + tenant.waiting.length
    const isTenants = this.#running < this.#limit || has > most / Math.max(2, this.#tenants.size)
    this.#refusedAt = performance.now()
    const refusals = isTenants ? this.#tenantRefusals : this.#processRefusals
    return itemAt(refusals, this.#nextRefusal++ % refusals.length)
  }
}

/**
 * The refusals are made once, since making an error takes longer than sending it. Their delays are between one and two seconds, so that
 * clients that were refused together do not return together.
 */
const retryDelaysMs = Array.from({ length: 8 }, (_, i) => 1000 + i * 125)

function tenantRefusals(noun: string): readonly DomainError[] {
  return retryDelaysMs.map((retryAfterMs) =>
    resourceExhausted(
      `This tenant has as many ${noun} here as its share of one process; try again when some have ended, or send fewer at once`,
      { reason: tenantBusy, retryAfterMs },
    ),
  )
}

function processRefusals(noun: string): readonly DomainError[] {
  return retryDelaysMs.map((retryAfterMs) =>
    unavailable(`This process has as many ${noun} as it can take; try again shortly`, {
      reason: processBusy,
      retryAfterMs,
    }),
  )
}

interface TenantCalls {
  readonly id: number
  running: number
  /** The number of the tenant's last call, in the order in which calls began. */
  turn: number
  readonly waiting: WaitingCall[]
}

interface WaitingCall {
  readonly cameAt: number
  begin(leave: Leave): void
  refuse(reason: unknown): void
}

function isBefore(one: TenantCalls, other: TenantCalls): boolean {
  return one.running === other.running ? one.turn < other.turn : one.running < other.running
}

/** Whether an error is a refusal before the call began, because too many calls are running. */
export function isRefusedCall(error: unknown): error is DomainError & { readonly reason: string } {
  const reason = error instanceof DomainError ? error.reason : undefined
  return reason === tenantBusy || reason === processBusy
}
