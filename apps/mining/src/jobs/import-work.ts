import { type CommittingImport, commitImport, failImport, getImport } from '@assay/directory'
import { defineWork, jobs } from '@assay/jobs'
import { checkTenantRules, importAccessProfiles } from '@assay/profiles'
import { importQueue, membershipQueue, triggerAnalysis } from '@assay/role-mining'
import { discoveryQueue } from '@assay/role-sessions'
import type { Logger } from '@assay/server'
import type { Sql, TenantSql } from '@assay/store'

/** What imports are committed with. */
export interface ImportTools {
  readonly sql: Sql
  readonly logger: Logger
}

interface ImportTask {
  readonly tenantId: number
  readonly importId: string
  /** Whether an analysis was asked for even if the import changes nothing. */
  readonly analyse?: boolean
}

/**
 * Commits an import and, in the same transaction, takes over its access profiles and asks for what follows from access data
 * that changed: memberships by rule, an analysis, and a look for potential roles.
 */
export function importWork(tools: ImportTools) {
  const { sql, logger } = tools
  return defineWork<ImportTask, ImportTask>({
    queue: importQueue,
    title: 'The import',
    longestMs: 120 * 60_000,
    takeUp: async (task) => {
      const { state } = await getImport(sql, task.tenantId, task.importId)
      return state === 'committing' ? task : undefined
    },
    run: async ({ tenantId, importId, analyse }, { signal }) => {
      await checkRulesFirst(tools, tenantId, signal)
      const { counts, sameContentAs } = await commitImport(sql, tenantId, importId, {
        signal,
        participants: [followUp],
        ...(analyse && { onSameContent: askForAnalysis }),
      })
      const outcome = sameContentAs === undefined ? 'an import is committed' : 'an import changed nothing'
      logger.info({ tenantId, importId, ...counts }, outcome)
    },
    // What is wrong with the data, the import has recorded itself by then.
    fail: async ({ tenantId, importId }, message) => {
      await failImport(sql, tenantId, importId, message)
    },
  })
}

/**
 * After an upgrade, what the former version made of each rule is compared with what this one makes of it: on the data that
 * the former one saw, not on those of the import.
 */
async function checkRulesFirst({ sql, logger }: ImportTools, tenantId: number, signal: AbortSignal): Promise<void> {
  try {
    const paused = await checkTenantRules(sql, tenantId, { signal })
    if (paused.length > 0) logger.warn({ tenantId, paused }, 'rules are read otherwise since the upgrade')
  } catch (error) {
    signal.throwIfAborted()
    // The import must not wait for it. The evaluation that follows checks again, and tells that the data changed as well.
    logger.error({ err: error, tenantId }, 'stored rules could not be checked')
  }
}

async function followUp(sql: TenantSql, committing: CommittingImport): Promise<void> {
  const { tenantId, importId } = committing
  await takeOverProfiles(sql, committing)
  await jobs.enqueue(sql, membershipQueue, { tenantId }, `tenant-${tenantId}`)
  await askForAnalysis(sql, committing)
  await jobs.enqueue(sql, discoveryQueue, { tenantId, importId }, importId)
}

async function askForAnalysis(sql: TenantSql, { tenantId, importId }: ImportTask): Promise<void> {
  await triggerAnalysis(sql, jobs, tenantId, 'import', `Import ${importId}`)
}

async function takeOverProfiles(
  sql: TenantSql,
  { tenantId, accessProfiles, addFault }: CommittingImport,
): Promise<void> {
  if (accessProfiles === undefined) return
  const faults = await importAccessProfiles(sql, tenantId, accessProfiles)
  for (const fault of faults) addFault({ file: 'access_profiles.csv', ...fault })
}
