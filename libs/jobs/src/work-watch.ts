import { setTimeout as sleep } from 'node:timers/promises'
import { resourceExhausted, unavailable } from '@assay/errors'
import { inTenant, type Sql } from '@assay/store'
import { listTenantWork, type TenantWork } from './tenant-work.ts'

interface WatchOptions {
  /** The queues that people see. */
  readonly queues: readonly string[]
  /** The most watchers of one tenant in this process; default 20. */
  readonly mostOfTenant?: number
  /** The most watchers in this process; default 500. */
  readonly most?: number
  /** How often the work is read; default 1 s. */
  readonly lookMs?: number
  /** After this time unchanged work is shown again; default 15 s. */
  readonly againMs?: number
  /** How long a watch lasts; default five minutes. */
  readonly longestMs?: number
}

/** The most work that is shown. `listTenantWork` shows more, by pages. */
const mostShown = 100

/** The work of one tenant, while at least one client watches it. */
interface WatchedTenant {
  watchers: number
  latest: readonly TenantWork[] | undefined
  failure: unknown
  /** The running or last read; undefined when it is time for the next one. */
  look: Promise<void> | undefined
}

/** Lets many clients watch the work of their tenants. The work of a tenant is read once a second for all its watchers. */
export class WorkWatch {
  readonly #sql: Sql
  readonly #options: Required<WatchOptions>
  readonly #tenants = new Map<number, WatchedTenant>()
  #watchers = 0

  constructor(sql: Sql, options: WatchOptions) {
    this.#sql = sql
    const limits = { mostOfTenant: 20, most: 500, lookMs: 1_000, againMs: 15_000, longestMs: 300_000 }
    this.#options = { ...limits, ...options }
  }

  /**
   * The first 100 jobs that have not ended: at once, whenever they have changed, and every 15 seconds. Nothing is held between
   * two reads. Returns after five minutes, and when the signal is aborted.
   * @throws resource_exhausted, unavailable if there are too many watchers
   */
  async *watch(tenantId: number, signal: AbortSignal): AsyncGenerator<readonly TenantWork[], void> {
    const { lookMs, againMs, longestMs } = this.#options
    const tenant = this.#enter(tenantId)
    const endsAt = performance.now() + longestMs
    let shown = ''
    let shownAt = 0
    try {
      while (!signal.aborted && performance.now() < endsAt) {
        const work = await this.#look(tenantId, tenant)
        const now = JSON.stringify(work)
        if (now !== shown || performance.now() - shownAt >= againMs) {
          yield work
          shown = now
          shownAt = performance.now()
        }
        await sleep(lookMs, undefined, { signal }).catch(() => {})
      }
    } finally {
      this.#watchers--
      if (--tenant.watchers === 0) this.#tenants.delete(tenantId)
    }
  }

  #enter(tenantId: number): WatchedTenant {
    const { most, mostOfTenant } = this.#options
    const tenant = this.#tenants.get(tenantId) ?? {
      watchers: 0,
      latest: undefined,
      failure: undefined,
      look: undefined,
    }
    if (tenant.watchers >= mostOfTenant) {
      throw resourceExhausted(
        `${mostOfTenant} clients watch the work of this tenant here already; call ListWork from time to time`,
        {
          reason: 'TOO_MANY_WATCHERS',
          retryAfterMs: 10_000,
        },
      )
    }
    if (this.#watchers >= most) {
      throw unavailable('This process has too many watchers already; call ListWork from time to time', {
        reason: 'TOO_MANY_WATCHERS',
        retryAfterMs: 10_000,
      })
    }
    this.#watchers++
    tenant.watchers++
    this.#tenants.set(tenantId, tenant)
    return tenant
  }

  /**
   * The work that all watchers of the tenant see until the next read.
   * @throws the error of the database
   */
  async #look(tenantId: number, tenant: WatchedTenant): Promise<readonly TenantWork[]> {
    tenant.look ??= this.#read(tenantId, tenant)
    await tenant.look
    if (tenant.latest === undefined) throw tenant.failure
    return tenant.latest
  }

  async #read(tenantId: number, tenant: WatchedTenant): Promise<void> {
    const { queues, lookMs } = this.#options
    try {
      const { work } = await inTenant(this.#sql, tenantId, (sql) =>
        listTenantWork(sql, tenantId, queues, { size: mostShown }),
      )
      tenant.latest = work
    } catch (error) {
      tenant.latest = undefined
      tenant.failure = error
    }
    // Watchers that read before this time get the same result.
    setTimeout(() => {
      tenant.look = undefined
    }, lookMs / 2).unref()
  }
}
