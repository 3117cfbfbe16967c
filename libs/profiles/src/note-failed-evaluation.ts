import { DomainError } from '@assay/errors'
import { inTenant, type Sql } from '@assay/store'

/**
 * Tells the automated profiles of a tenant, or one of them, that an evaluation failed as a whole. In a transaction apart,
 * since that of the evaluation is rolled back: members stay as they were. The next evaluation that ends takes the note away.
 * Never throws.
 */
export async function noteFailedEvaluation(
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
    // A database that is not there now is why the evaluation failed as well: its error is the one to report.
  }
}
