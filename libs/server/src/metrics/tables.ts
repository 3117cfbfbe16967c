import { Counter, Gauge } from 'prom-client'
import { registry } from './registry.ts'

interface TableSize {
  readonly table: string
  readonly bytes: number
}

/** Reading the sizes of all tables takes some milliseconds, and they change slowly. */
const freshForMs = 60_000

let read: (() => Promise<readonly TableSize[]>) | undefined
let last: { readonly at: number; readonly sizes: Promise<readonly TableSize[]> } | undefined

/** @param sizes returns the size of every table of the database, or fails */
export function watchTables(sizes: () => Promise<readonly TableSize[]>): void {
  read = sizes
  last = undefined
}

/** Counts rows that were removed because of their age. */
export function agedRowsRemoved(table: string, rows: number): void {
  removed.inc({ table }, rows)
}

const removed = new Counter({
  name: 'assay_table_aged_rows_removed_total',
  help: 'Rows removed because of their age, by table; dependent rows are not counted',
  labelNames: ['table'],
  registers: [registry],
})
new Gauge({
  name: 'assay_table_bytes',
  help: 'Bytes of a table with its indexes and partitions, up to a minute old; every process shows the same numbers, so take the maximum',
  labelNames: ['table'],
  registers: [registry],
  async collect() {
    const now = performance.now()
    if (read !== undefined && (last === undefined || now - last.at > freshForMs)) last = { at: now, sizes: read() }
    // When the database does not answer, the sizes are missing for a minute.
    const sizes = await (last?.sizes ?? Promise.resolve([])).catch(() => [])
    this.reset()
    for (const { table, bytes } of sizes) this.set({ table }, bytes)
  },
})
