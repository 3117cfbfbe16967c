import { type CommittingImport, commitImport, failImport } from '@assay/directory'
import { DomainError } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { checkTenantRules, importAccessProfiles } from '@assay/profiles'
import { membershipQueue, triggerAnalysis } from '@assay/role-mining'
import { discoveryQueue } from '@assay/role-sessions'
import type { Logger } from '@assay/server'
import type { Sql, TenantSql } from '@assay/store'

/**
 * Commits an import and, in the same transaction, takes over its access profiles and asks for what follows from new
 * access data: memberships by rule, an analysis, and a look for potential roles. An import that the data or a fault of ours keep from being committed
 * ends as failed; an error is thrown only for what may pass.
 */
export async function commitImportJob(
  { sql, jobs, logger }: { readonly sql: Sql; readonly jobs: Jobs; readonly logger: Logger },
  { tenantId, importId }: { readonly tenantId: number; readonly importId: string },
  signal: AbortSignal,
): Promise<void> {
  const followUp = async (scoped: TenantSql, committing: CommittingImport) => {
    await takeOverProfiles(scoped, committing)
    await jobs.enqueue(scoped, membershipQueue, { tenantId }, `tenant-${tenantId}`)
    await triggerAnalysis(scoped, jobs, tenantId, 'import', `Import ${importId}`)
    await jobs.enqueue(scoped, discoveryQueue, { tenantId, importId }, importId)
  }
  await checkRulesFirst({ sql, logger }, tenantId, signal)
  try {
    const { counts } = await commitImport(sql, tenantId, importId, { signal, participants: [followUp] })
    logger.info({ tenantId, importId, ...counts }, 'an import is committed')
  } catch (error) {
    signal.throwIfAborted()
    // The import keeps its own account of what is wrong with the data.
    if (error instanceof DomainError && error.kind === 'invalid_argument') return
    if (error instanceof DomainError && (error.kind === 'unavailable' || error.kind === 'aborted')) throw error
    logger.error({ err: error, tenantId, importId }, 'an import failed')
    await failImport(sql, tenantId, importId, 'The import met an internal fault; the log tells more.')
  }
}

/**
 * After an upgrade, what the former version made of each rule is compared with what this one makes of it: on the data that
 * the former one saw, not on those of the import.
 */
async function checkRulesFirst(
  { sql, logger }: { readonly sql: Sql; readonly logger: Logger },
  tenantId: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    const paused = await checkTenantRules(sql, tenantId, { signal })
    if (paused.length > 0) logger.warn({ tenantId, paused }, 'rules are read otherwise since the upgrade')
  } catch (error) {
    signal.throwIfAborted()
    // The import must not wait for it. The evaluation that follows checks again, and tells that the data changed as well.
    logger.error({ err: error, tenantId }, 'stored rules could not be checked')
  }
}

async function takeOverProfiles(
  sql: TenantSql,
  { tenantId, accessProfiles, addFault }: CommittingImport,
): Promise<void> {
  if (accessProfiles === undefined) return
  const faults = await importAccessProfiles(sql, tenantId, accessProfiles)
  for (const fault of faults) addFault({ file: 'access_profiles.csv', ...fault })
}
