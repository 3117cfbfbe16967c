import { CallPlaces } from './call-places.ts'

/** How many calls of one kind may go on at once, in this process and for each tenant, so that none takes all places. */
export class TenantPlaces {
  readonly #all: CallPlaces
  readonly #limit: number
  readonly #tenants = new Map<number, CallPlaces>()

  constructor(limits: { readonly process: number; readonly tenant: number }) {
    this.#all = new CallPlaces(limits.process)
    this.#limit = limits.tenant
  }

  /** Runs `work` in a place. @throws resource_exhausted when there is none */
  async run<T>(tenantId: number, work: () => Promise<T>): Promise<T> {
    const places = this.#tenants.get(tenantId) ?? new CallPlaces(this.#limit, 'one tenant')
    const leaveTenant = places.take()
    this.#tenants.set(tenantId, places)
    try {
      const leave = this.#all.take()
      try {
        return await work()
      } finally {
        leave()
      }
    } finally {
      leaveTenant()
      if (places.taken === 0) this.#tenants.delete(tenantId)
    }
  }
}
