import { aborted, DomainError } from '@assay/errors'
import { inTenant, type Sql } from '@assay/store'

/**
 * How long replaced grants stay, in milliseconds. A read that looked up the import in force just before a commit still reads the
 * grants of that import; after this time such calls have ended.
 */
export const replacedGrantsStayMs = 60_000

/**
 * Drops the grants that later imports of the tenant have replaced. It does not wait for readers: dropping needs a lock, and all
 * other queries would wait behind it.
 * @throws aborted when a query is reading grants at the moment; the caller should try again
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
    throw aborted('Grants that an import has replaced cannot be dropped while a query reads grants; try again', {
      cause: error,
    })
  }
}
