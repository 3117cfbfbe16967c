import { aborted, DomainError } from '@assay/errors'
import { inTenant, type Sql } from '@assay/store'

/**
 * A read that looked up the import in force just before a commit still asks for the grants of that one. Calls are over by then.
 */
export const replacedGrantsStayMs = 60_000

/**
 * Drops the grants that later imports of the tenant have replaced. Waits for no reader: dropping needs a lock behind which all
 * others would wait.
 * @throws aborted when somebody reads grants at the moment; to be tried again
 */
export async function dropReplacedGrants(sql: Sql, tenantId: number, signal?: AbortSignal): Promise<void> {
  try {
    for (let more = true; more; ) {
      signal?.throwIfAborted()
      const [row] = await inTenant(
        sql,
        tenantId,
        (scoped) => scoped<{ dropped: boolean }[]>`select drop_replaced_grants() as dropped`,
      )
      more = row?.dropped ?? false
    }
  } catch (error) {
    if (!(error instanceof DomainError && error.kind === 'aborted')) throw error
    throw aborted('Grants that an import has replaced are dropped in a moment without readers of grants', {
      cause: error,
    })
  }
}
