import { Gauge } from 'prom-client'
import { callSeconds, registry } from './registry.ts'
import { SeriesHistogram } from './series.ts'

/** The present connections of a pool. */
interface PoolState {
  /** The most connections of the pool. */
  readonly most: number
  readonly open: number
  /** The open connections in which a transaction or a statement runs. */
  readonly busy: number
  /** The transactions and statements that wait for a connection. */
  readonly waiting: number
}

const pools = new Map<string, () => PoolState>()

/** Shows a pool in the metrics, under a name; it replaces a former pool of that name. */
export function watchPool(name: string, state: () => PoolState): void {
  pools.set(name, state)
}

/** A function that records how long a transaction waited for its connection. */
export function poolWait(pool: string): (seconds: number) => void {
  return waits.series({ pool })
}

const waits = new SeriesHistogram({
  name: 'assay_pool_wait_seconds',
  help: 'Time from the request for a transaction to its begin, by pool; statements outside of transactions are not timed',
  labelNames: ['pool'],
  buckets: callSeconds,
  registers: [registry],
})
new Gauge({
  name: 'assay_pool_connections',
  help: 'Connections to PostgreSQL, by pool and state (`idle`, `busy`)',
  labelNames: ['pool', 'state'],
  registers: [registry],
  collect() {
    for (const [pool, state] of pools) {
      const { open, busy } = state()
      this.set({ pool, state: 'busy' }, busy)
      this.set({ pool, state: 'idle' }, open - busy)
    }
  },
})
new Gauge({
  name: 'assay_pool_connections_max',
  help: 'Maximum number of connections of a pool',
  labelNames: ['pool'],
  registers: [registry],
  collect() {
    for (const [pool, state] of pools) this.set({ pool }, state().most)
  },
})
new Gauge({
  name: 'assay_pool_waiting',
  help: 'Transactions and statements that wait for a connection of the pool',
  labelNames: ['pool'],
  registers: [registry],
  collect() {
    for (const [pool, state] of pools) this.set({ pool }, state().waiting)
  },
})
