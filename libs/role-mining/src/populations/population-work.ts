import { type Attempt, defineWork } from '@assay/jobs'
import type { SpareThreads } from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { populationQueue } from '../queues.ts'
import type { SnapshotCache } from '../snapshot-cache.ts'
import { minePopulation, type PopulationEvent, type PopulationRole } from './mine-population.ts'
import {
  completeMining,
  failMining,
  renewMining,
  storeFoundRoles,
  storeOutline,
  storeProgress,
  type TakenMining,
  takeUpMining,
} from './population-minings.ts'

/** What the mining of populations needs. */
interface PopulationTools {
  readonly sql: Sql
  readonly snapshots: SnapshotCache
  /** The number of worker threads for the mining. */
  readonly threads: number
  /** Idle threads for the next population. */
  readonly spares?: SpareThreads
}

/** Each role can be read as soon as it is mined. A worker that takes over the mining of the same data stores no role twice. */
export function populationWork({ sql, snapshots, threads, spares }: PopulationTools) {
  return defineWork<{ tenantId: number; miningId: string }, TakenMining, number>({
    queue: populationQueue,
    title: 'The mining',
    takeUp: ({ tenantId, miningId }) => inTenant(sql, tenantId, (scoped) => takeUpMining(scoped, tenantId, miningId)),
    async run(taken, attempt) {
      const { signal } = attempt
      const events = minePopulation(snapshots, taken.tenantId, taken.wanted, { threads, spares, signal })
      await store(sql, taken, events, attempt)
    },
    fail: (taken, message) => inTenant(sql, taken.tenantId, (scoped) => failMining(scoped, taken, message)),
    progress: {
      write: (taken, share) => inTenant(sql, taken.tenantId, (scoped) => storeProgress(scoped, taken, share)),
    },
  })
}

/** Stores events: the first one at once, and then in one transaction all events that came during the write before. */
async function store(
  sql: Sql,
  taken: TakenMining,
  events: AsyncIterable<PopulationEvent>,
  { report }: Attempt<number>,
): Promise<void> {
  let waiting: PopulationEvent[] = []
  let stored = 0
  let writing: Promise<void> | undefined
  const flush = async () => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      stored = await inTenant(sql, taken.tenantId, (scoped) => storeBatch(scoped, taken, batch, stored))
    }
    writing = undefined
  }
  for await (const event of events) {
    if (event.kind === 'progress') {
      report(event.share)
      continue
    }
    waiting.push(event)
    writing ??= flush()
    // An error is thrown at the next event or at the end. At most `mostWaiting` events wait in memory.
    writing.catch(() => {})
    if (waiting.length >= mostWaiting) await writing
  }
  await writing
}

const mostWaiting = 64

async function storeBatch(
  sql: TenantSql,
  taken: TakenMining,
  batch: readonly PopulationEvent[],
  storedBefore: number,
): Promise<number> {
  let stored = storedBefore
  const roles: PopulationRole[] = []
  for (const event of batch) {
    if (event.kind === 'outline') {
      if (event.basis !== taken.basis) await renewMining(sql, taken, event.basis)
      const { identityCount, grantCount, tightness, prescribedTightness, rolesTotal, tightnessCurve } = event.outline
      const counts = { identityCount, grantCount, tightness, prescribedTightness, rolesTotal, tightnessCurve }
      await storeOutline(sql, taken, { importId: event.importId, ...counts })
    }
    if (event.kind === 'role') roles.push(event.role)
  }
  if (roles.length > 0) {
    await storeFoundRoles(sql, taken, stored + 1, roles)
    stored += roles.length
  }
  for (const event of batch) if (event.kind === 'summary') await completeMining(sql, taken, event)
  return stored
}
