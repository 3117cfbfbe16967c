import {
  type CommitParticipant,
  type CommittingImport,
  type commitImport,
  failImport,
  getImport,
  type Import,
  replacedGrantsStayMs,
} from '@assay/directory'
import { defineWork, jobs } from '@assay/jobs'
import { checkTenantRules, importAccessProfiles } from '@assay/profiles'
import type { Sql, TenantSql } from '@assay/store'
import { changeQueue, importQueue, membershipQueue, replacedGrantsQueue } from './queues.ts'
import { queueReadiness } from './readiness/readiness-reports.ts'
import { triggerAnalysis } from './trigger-analysis.ts'

/** What committing imports needs. */
interface ImportTools extends FollowUp {
  readonly sql: Sql
  /** Brings an import into force; `commitImport`, unless access data also come from other sources. */
  readonly commit: (tenantId: number, importId: string, choices: CommitChoices) => Promise<Import>
  readonly onCommitted: (task: ImportTask, outcome: Pick<Import, 'counts' | 'sameContentAs'>) => void
  /** Reports the profiles, by their ids, whose rules have another meaning since an upgrade. */
  readonly onPausedRules: (tenantId: number, paused: readonly string[]) => void
  readonly onUncheckedRules: (tenantId: number, error: unknown) => void
}

type CommitChoices = NonNullable<Parameters<typeof commitImport>[3]>

interface FollowUp {
  /** Further work for access data that changed, queued in the transaction of the import. */
  readonly followUp: (sql: TenantSql, task: Pick<ImportTask, 'tenantId' | 'importId'>) => PromiseLike<unknown>
}

interface ImportTask {
  readonly tenantId: number
  readonly importId: string
  /** Whether to start an analysis even if the import changes nothing. */
  readonly analyse?: boolean
  /** Whether the import is refused when it would remove much. */
  readonly guard?: boolean
}

/**
 * Commits an import. In the same transaction it imports the access profiles and queues the work that follows from changed access data:
 * memberships by rule, an analysis, the readiness report, and the caller's follow-up.
 */
export function importWork(tools: ImportTools) {
  const { sql } = tools
  return defineWork<ImportTask, ImportTask>({
    queue: importQueue,
    title: 'The import',
    longestMs: 120 * 60_000,
    takeUp: async (task) => {
      const { state } = await getImport(sql, task.tenantId, task.importId)
      return state === 'committing' ? task : undefined
    },
    run: async (task, { signal }) => {
      const { tenantId, importId, analyse, guard } = task
      await checkRulesFirst(tools, tenantId, signal)
      const outcome = await tools.commit(tenantId, importId, {
        signal,
        isGuarded: guard ?? false,
        participants: [takeOverProfiles, ...changedAccess(tools)],
        ...(analyse && { onSameContent: askForAnalysis }),
      })
      tools.onCommitted(task, outcome)
    },
    // The import itself has recorded the faults of its data by then.
    fail: async ({ tenantId, importId }, message) => {
      await failImport(sql, tenantId, importId, message)
    },
  })
}

/** The work that follows from changed access data, queued in the transaction that brings the data into force. */
export function changedAccess({ followUp }: FollowUp): readonly CommitParticipant[] {
  return [
    askForMembership,
    askForAnalysis,
    askForMeasuring,
    askForChange,
    askForRemoval,
    async (sql, task) => void (await followUp(sql, task)),
  ]
}

/**
 * After an upgrade, compares the results of each rule under the former and the present version, on the data that the former version saw,
 * not on the data of the import.
 */
async function checkRulesFirst(tools: ImportTools, tenantId: number, signal: AbortSignal): Promise<void> {
  try {
    const paused = await checkTenantRules(tools.sql, tenantId, { signal })
    if (paused.length > 0) tools.onPausedRules(tenantId, paused)
  } catch (error) {
    signal.throwIfAborted()
    // The import must not wait for this check. The evaluation that follows checks again, and reports that the data changed as well.
    tools.onUncheckedRules(tenantId, error)
  }
}

async function askForRemoval(sql: TenantSql, { tenantId }: ImportTask): Promise<void> {
  await jobs.enqueue(sql, replacedGrantsQueue, { tenantId }, `tenant-${tenantId}`, { delayMs: replacedGrantsStayMs })
}

async function takeOverProfiles(
  sql: TenantSql,
  { tenantId, accessProfiles, addFault }: CommittingImport,
): Promise<void> {
  if (accessProfiles === undefined) return
  const faults = await importAccessProfiles(sql, tenantId, accessProfiles)
  for (const fault of faults) addFault({ file: 'access_profiles.csv', ...fault })
}

async function askForMembership(sql: TenantSql, { tenantId }: ImportTask): Promise<void> {
  await jobs.enqueue(sql, membershipQueue, { tenantId }, `tenant-${tenantId}`)
}

async function askForChange(sql: TenantSql, { tenantId }: ImportTask): Promise<void> {
  await jobs.enqueue(sql, changeQueue, { tenantId }, `tenant-${tenantId}`)
}

async function askForMeasuring(sql: TenantSql, { tenantId, importId }: ImportTask): Promise<void> {
  await queueReadiness(sql, jobs, tenantId, importId)
}

export async function askForAnalysis(sql: TenantSql, { tenantId, importId }: ImportTask): Promise<void> {
  await triggerAnalysis(sql, jobs, tenantId, 'import', `Import ${importId}`)
}
