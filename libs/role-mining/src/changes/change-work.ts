import { loadPreviousSnapshot } from '@assay/directory'
import { defineWork, jobs } from '@assay/jobs'
import type { CohortQuestions } from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { type CoverageTools, layeredGrants } from '../insight/coverage/coverage.ts'
import { changeQueue } from '../queues.ts'
import { modelsBehind, reviseFollowing } from '../role-models/revise-role-model.ts'
import type { SnapshotCache } from '../snapshot-cache.ts'
import { healthOf } from './health-within.ts'
import { hasLoadChange, storeLoadChange } from './load-changes.ts'
import { storeHealth } from './role-health-series.ts'

/** What the comparison of loads needs. */
interface ChangeTools extends Pick<CoverageTools, 'savedRoles'> {
  readonly sql: Sql
  readonly snapshots: SnapshotCache
  readonly questions: CohortQuestions
  /** The number of rows of sources without a person. */
  readonly orphanRows: (sql: TenantSql) => Promise<number>
}

/**
 * Compares the load in force with the previous one, once. Revises the role models that follow the data. Measures the accepted profiles on
 * the data, after each change of a profile. Open suggestions are known only after a run, so each completed run queues this work again.
 */
export function changeWork(tools: ChangeTools) {
  return defineWork<{ tenantId: number }, { tenantId: number }>({
    queue: changeQueue,
    title: 'The comparison of the load',
    takeUp: async (payload) => payload,
    run: async ({ tenantId }) => {
      await compareLoads(tools, tenantId)
      await bringModels(tools, tenantId)
      await measureHealth(tools, tenantId)
    },
  })
}

async function compareLoads({ sql, snapshots, questions }: ChangeTools, tenantId: number): Promise<void> {
  const found = await snapshots.use(tenantId, async (scoped, loaded) => {
    if (loaded === undefined || (await hasLoadChange(scoped, loaded.importId))) return undefined
    const previous = await loadPreviousSnapshot(scoped)
    return previous && { loaded, previous }
  })
  if (found === undefined) return
  const { loaded, previous } = found
  const question = { kind: 'changes-since', before: previous.buffer } as const
  const changes = await questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, question)
  const ids = { importId: loaded.importId, previousImportId: previous.importId }
  await inTenant(sql, tenantId, (scoped) => storeLoadChange(scoped, tenantId, ids, changes))
}

/** Starts a revision of each model that follows the data and was not made from the load in force. */
async function bringModels({ sql, snapshots }: ChangeTools, tenantId: number): Promise<void> {
  const behind = await snapshots.use(tenantId, async (scoped, loaded) =>
    loaded === undefined ? [] : modelsBehind(scoped, loaded.importId),
  )
  for (const id of behind) await reviseFollowing(sql, jobs, tenantId, id)
}

async function measureHealth(
  { sql, snapshots, questions, savedRoles, orphanRows }: ChangeTools,
  tenantId: number,
): Promise<void> {
  const within: CoverageTools['within'] = (work) => snapshots.use(tenantId, work)
  if (await within(async (_, loaded) => loaded === undefined)) return
  const tools: CoverageTools = { tenantId, questions, within, savedRoles, isFresh: true }
  const { importId, health } = await healthOf(tools, await layeredGrants(tools))
  await inTenant(sql, tenantId, async (scoped) => {
    const measures = { ...health, orphanRows: await orphanRows(scoped) }
    await storeHealth(scoped, tenantId, importId, measures)
  })
}
