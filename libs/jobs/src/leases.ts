import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { DatabaseAddress } from '@assay/store'
import type { Claim } from './job-rows.ts'
import type { LeaseBirth, LeaseNotice, LeaseOrder } from './lease-messages.ts'

interface LeaseOptions {
  readonly address: DatabaseAddress
  readonly applicationName: string
  /** Called when a job of the queue is due; undefined: when any queue may have one. */
  readonly onWake: (queue: string | undefined) => void
  readonly onError: (error: Error) => void
}

interface HeldClaim {
  readonly claim: Claim
  readonly lost: AbortController
  readonly cancelled: AbortController
}

/** The claims of this process on its jobs, renewed by a thread. A thread that fails is replaced. */
export class Leases {
  readonly #options: LeaseOptions
  readonly #pulse = new Int32Array(new SharedArrayBuffer(4))
  readonly #timer: NodeJS.Timeout
  readonly #held = new Map<string, HeldClaim>()
  #thread: Worker
  #isStopping = false

  constructor(options: LeaseOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.pulse(), 1000)
    this.#timer.unref()
    this.#thread = this.#start()
  }

  /** A sign of life of the main thread. */
  pulse(): void {
    Atomics.add(this.#pulse, 0, 1)
  }

  /**
   * Renews a claim until it is released. `lost` is aborted when the claim is lost, and `cancelled` when somebody requests the
   * end of the job.
   */
  hold(claim: Claim): { readonly lost: AbortSignal; readonly cancelled: AbortSignal } {
    const lost = new AbortController()
    const cancelled = new AbortController()
    this.#held.set(claim.id, { claim, lost, cancelled })
    this.#order({ kind: 'hold', claim })
    return { lost: lost.signal, cancelled: cancelled.signal }
  }

  release({ id }: Claim): void {
    this.#held.delete(id)
    this.#order({ kind: 'release', id })
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    clearInterval(this.#timer)
    const ended = once(this.#thread, 'exit')
    this.#order({ kind: 'stop' })
    const last = setTimeout(() => void this.#thread.terminate(), 3000)
    await ended
    clearTimeout(last)
  }

  #order(order: LeaseOrder): void {
    this.#thread.postMessage(order)
  }

  #start(): Worker {
    const { address, applicationName, onWake, onError } = this.#options
    const birth: LeaseBirth = { address, applicationName, pulse: this.#pulse.buffer as SharedArrayBuffer }
    const thread = new Worker(new URL('./lease-thread.ts', import.meta.url), { workerData: birth })
    thread.on('message', (notice: LeaseNotice) => {
      if (notice.kind === 'wake') onWake(notice.queue)
      if (notice.kind === 'lost')
        this.#held.get(notice.id)?.lost.abort(new Error('the job was withdrawn or taken over'))
      if (notice.kind === 'cancelled') this.#held.get(notice.id)?.cancelled.abort(new Error('the job was cancelled'))
    })
    thread.on('error', onError)
    thread.on('exit', () => {
      if (this.#isStopping) return
      this.#thread = this.#start()
      for (const { claim } of this.#held.values()) this.#order({ kind: 'hold', claim })
    })
    return thread
  }
}
