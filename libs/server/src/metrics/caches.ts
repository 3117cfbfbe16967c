import { Counter, Gauge } from 'prom-client'
import { registry } from './registry.ts'

/** The hits and misses of a cache since the start of the process, and its size. */
interface CacheState {
  readonly hits: number
  readonly misses: number
  readonly bytes: number
}

interface SnapshotCacheState extends CacheState {
  readonly entries: number
  readonly loads: number
}

const answers = new Map<string, () => CacheState>()
let snapshots: (() => SnapshotCacheState) | undefined

/** Shows a cache of answers in the metrics, under a name. */
export function watchAnswerCache(name: string, state: () => CacheState): void {
  answers.set(name, state)
}

export function watchSnapshotCache(state: () => SnapshotCacheState): void {
  snapshots = state
}

const gauges = {
  entries: 'Snapshots of tenants in memory',
  bytes: 'Bytes of the snapshots in memory',
}
for (const [member, help] of Object.entries(gauges)) {
  new Gauge({
    name: `assay_snapshot_cache_${member}`,
    help,
    registers: [registry],
    collect() {
      this.set(snapshots?.()[member as keyof typeof gauges] ?? 0)
    },
  })
}

const counters = {
  hits: 'Requests that found the snapshot in force in memory',
  misses: 'Requests that waited until it was loaded',
  loads: 'Snapshots read from the database; misses at the same time share one',
}
for (const [member, help] of Object.entries(counters)) {
  new Counter({
    name: `assay_snapshot_cache_${member}_total`,
    help,
    registers: [registry],
    collect() {
      this.reset()
      this.inc(snapshots?.()[member as keyof typeof counters] ?? 0)
    },
  })
}

new Gauge({
  name: 'assay_answer_cache_bytes',
  help: 'Bytes of a cache of responses, estimated',
  labelNames: ['cache'],
  registers: [registry],
  collect() {
    for (const [cache, state] of answers) this.set({ cache }, state().bytes)
  },
})
for (const [member, help] of [
  ['hits', 'Items of answers that were in the cache'],
  ['misses', 'Items of answers that were not in the cache'],
] as const) {
  new Counter({
    name: `assay_answer_cache_${member}_total`,
    help,
    labelNames: ['cache'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [cache, state] of answers) this.inc({ cache }, state()[member])
    },
  })
}
