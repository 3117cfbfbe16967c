import { DomainError } from '@assay/errors'
import { inTenant, type Sql } from '@assay/store'

/**
 * Stores at the automated profiles of a tenant, or at one of them, that the whole evaluation failed. It uses a separate transaction, since
 * that of the evaluation is rolled back: members do not change. The next successful evaluation removes the note. It never throws.
 */
export async function recordFailedEvaluation(
  sql: Sql,
  tenantId: number,
  error: unknown,
  profileId?: string,
): Promise<void> {
  const reason = error instanceof DomainError ? error.message : 'a fault of the server'
  const note = `The last evaluation did not finish: ${reason}. The members stayed as they were; it is tried again.`
  try {
    await inTenant(sql, tenantId, async (scoped) => {
      const which = profileId === undefined ? scoped`true` : scoped`id = ${profileId}`
      await scoped`
        update access_profiles set automation_ran_at = now(), automation_error = ${note}
        where automation_enabled and automation_paused_at is null and ${which}`
    })
  } catch {
    // The database is probably unreachable, which also made the evaluation fail: that error is the one to report.
  }
}
