import { type Database, type DatabaseAddress, openDatabase, type Sql, withDomainErrors } from '@assay/store'

/** The jobs of one queue. */
interface QueueDepth {
  readonly kind: string
  /** Due, and not taken by a worker yet. */
  readonly waiting: number
  /** Jobs to be tried again later, or of a suspended tenant. */
  readonly delayed: number
  readonly running: number
  /** How long the oldest waiting job has been due; 0 if none waits. */
  readonly oldestSeconds: number
}

export interface QueueDepthsOptions extends DatabaseAddress {
  readonly applicationName: string
  /** How long the database may take to answer. Default 1 s. */
  readonly patienceMs?: number
  /** How long a result is cached. Default 5 s. */
  readonly freshForMs?: number
}

/** Counts the jobs of the queues over a separate connection, so that counting does not delay work that waits for a pool. */
export class QueueDepths {
  readonly #options: QueueDepthsOptions
  #database: Database | undefined
  #last: { readonly at: number; readonly depths: Promise<QueueDepth[]> } | undefined

  constructor(options: QueueDepthsOptions) {
    this.#options = options
  }

  /**
   * The state of every queue, at most some seconds old.
   * @throws DomainError unavailable if the database does not answer in time
   */
  read(): Promise<QueueDepth[]> {
    const now = performance.now()
    if (this.#last !== undefined && now - this.#last.at < (this.#options.freshForMs ?? 5_000)) return this.#last.depths
    const depths = this.#ask()
    const last = { at: now, depths }
    this.#last = last
    depths.catch(() => {
      if (this.#last === last) this.#last = undefined
    })
    return depths
  }

  async close(): Promise<void> {
    await this.#database?.close()
    this.#database = undefined
  }

  async #ask(): Promise<QueueDepth[]> {
    const { patienceMs = 1_000, freshForMs: _, ...options } = this.#options
    this.#database ??= openDatabase({ ...options, maxConnections: 1 })
    const database = this.#database
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs)
    })
    const asked = withDomainErrors(queueDepths(database.sql))
    try {
      return await Promise.race([asked, late])
    } catch (error) {
      // The connection may be stuck, so it is dropped; the next read opens another one.
      this.#database = undefined
      asked.catch(() => {})
      database.close().catch(() => {})
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The state of every queue now, by kind. */
export async function queueDepths(sql: Sql): Promise<QueueDepth[]> {
  return await sql<QueueDepth[]>`
      select queue.name as kind,
        count(*) filter (where job.state < 'active' and not job.blocked and job.start_after <= now())::int as waiting,
        count(*) filter (where job.state < 'active' and (job.blocked or job.start_after > now()))::int as delayed,
        count(*) filter (where job.state = 'active')::int as running,
        coalesce(extract(epoch from now() - min(greatest(job.created_on, job.start_after))
          filter (where job.state < 'active' and not job.blocked and job.start_after <= now())), 0)::float8 as "oldestSeconds"
      from pgboss.queue left join pgboss.job on job.name = queue.name and job.state <= 'active'
      where queue.name not like '\\_\\_%'
      group by queue.name order by queue.name`
}
