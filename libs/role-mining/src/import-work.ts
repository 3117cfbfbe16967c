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
import { askForReadiness } from './readiness/readiness-reports.ts'
import { triggerAnalysis } from './trigger-analysis.ts'

/** What imports are committed with. */
interface ImportTools extends FollowUp {
  readonly sql: Sql
  /** Brings an import into force; `commitImport` where nothing else says what access there is. */
  readonly commit: (tenantId: number, importId: string, choices: CommitChoices) => Promise<Import>
  readonly onCommitted: (task: ImportTask, outcome: Pick<Import, 'counts' | 'sameContentAs'>) => void
  /** Rules that are read otherwise since an upgrade, by the ids of their profiles. */
  readonly onPausedRules: (tenantId: number, paused: readonly string[]) => void
  readonly onUncheckedRules: (tenantId: number, error: unknown) => void
}

type CommitChoices = NonNullable<Parameters<typeof commitImport>[3]>

interface FollowUp {
  /** What else follows from access data that changed, asked for in the transaction of the import. */
  readonly followUp: (sql: TenantSql, task: Pick<ImportTask, 'tenantId' | 'importId'>) => PromiseLike<unknown>
}

interface ImportTask {
  readonly tenantId: number
  readonly importId: string
  /** Whether an analysis was asked for even if the import changes nothing. */
  readonly analyse?: boolean
  /** Whether it is refused when it would remove much. */
  readonly guard?: boolean
}

/**
 * Commits an import and, in the same transaction, takes over its access profiles and asks for what follows from access data
 * that changed: memberships by rule, an analysis, what the data are good for, and the caller's follow-up.
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
    // What is wrong with the data, the import has recorded itself by then.
    fail: async ({ tenantId, importId }, message) => {
      await failImport(sql, tenantId, importId, message)
    },
  })
}

/** What follows from access data that changed, in the transaction that brings them into force. */
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
 * After an upgrade, what the former version made of each rule is compared with what this one makes of it: on the data that
 * the former one saw, not on those of the import.
 */
async function checkRulesFirst(tools: ImportTools, tenantId: number, signal: AbortSignal): Promise<void> {
  try {
    const paused = await checkTenantRules(tools.sql, tenantId, { signal })
    if (paused.length > 0) tools.onPausedRules(tenantId, paused)
  } catch (error) {
    signal.throwIfAborted()
    // The import must not wait for it. The evaluation that follows checks again, and tells that the data changed as well.
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
  await askForReadiness(sql, jobs, tenantId, importId)
}

export async function askForAnalysis(sql: TenantSql, { tenantId, importId }: ImportTask): Promise<void> {
  await triggerAnalysis(sql, jobs, tenantId, 'import', `Import ${importId}`)
}
