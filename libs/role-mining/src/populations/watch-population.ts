import { aborted, failedPrecondition } from '@assay/errors'
import { inTenant, type Sql } from '@assay/store'
import type { PopulationRole } from './mine-population.ts'
import type { MiningChanges } from './mining-changes.ts'
import { type PopulationOutline, type PopulationSummary, readMining } from './population-minings.ts'

export type WatchedEvent =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'outline'; readonly outline: PopulationOutline }
  | { readonly kind: 'role'; readonly role: PopulationRole }
  | { readonly kind: 'summary'; readonly summary: PopulationSummary }

/** The number of roles that are read at a time. It limits the memory for a slow reader. */
const rolesAtATime = 50
/** Progress is sent again after this time without news, so that proxies see that the stream is alive. */
const heartbeatMs = 20_000

/**
 * The results of a mining from its beginning on, each as soon as it is stored; the summary is last. It holds no database connection in
 * between. It ends when the signal is aborted.
 * @throws failed_precondition with the reason of a failed mining; aborted when a caller ended it, or when it began again with other data:
 * then call it again
 */
export async function* watchPopulation(
  sql: Sql,
  changes: MiningChanges,
  tenantId: number,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<WatchedEvent, void> {
  let generation: number | undefined
  let share = 0
  let roleCount = 0
  let toldAt = performance.now()
  while (!signal.aborted) {
    const waiting = new AbortController()
    const change = changes.next(id, AbortSignal.any([signal, waiting.signal]))
    try {
      const page = await inTenant(sql, tenantId, (scoped) => readMining(scoped, id, roleCount, rolesAtATime))
      if (page === undefined) throw aborted('the mining was ended')
      if (generation !== undefined && generation !== page.generation) {
        throw aborted('the mining has begun again, since the access data have changed')
      }
      if (page.outline !== null && generation === undefined) {
        generation = page.generation
        yield { kind: 'outline', outline: page.outline }
      }
      for (const role of page.roles) yield { kind: 'role', role }
      roleCount += page.roles.length
      if (page.state === 'failed') throw failedPrecondition(page.errorMessage)
      if (page.roles.length === rolesAtATime) continue
      if (page.summary !== null && roleCount === page.summary.roleCount) {
        yield { kind: 'summary', summary: page.summary }
        return
      }
      if (page.roles.length > 0) toldAt = performance.now()
      if (page.progress > share || performance.now() - toldAt > heartbeatMs) {
        yield { kind: 'progress', share: page.progress }
        toldAt = performance.now()
      }
      share = page.progress
      await change
    } finally {
      waiting.abort()
    }
  }
}
