import { DomainError } from '@assay/errors'
import type { Sql } from './handles.ts'
import { domainErrorFrom } from './postgres-errors.ts'

/** The tenants whose grace time has passed, those that have waited longest first. */
export async function tenantsDueForRemoval(sql: Sql): Promise<number[]> {
  const rows = await sql<{ tenantId: number }[]>`select tenants_due_for_removal() as "tenantId"`
  return rows.map(({ tenantId }) => tenantId)
}

/**
 * Removes every row of a tenant whose grace time has passed; nothing of any other tenant. Grants are removed first, import by import.
 * @returns false when rows are in use, so that a later call must continue, and when another process was faster
 */
export async function removeTenantRows(sql: Sql, tenantId: number): Promise<boolean> {
  try {
    for (let more = true; more; ) {
      const [row] = await sql<{ dropped: boolean }[]>`select drop_grants_of_removed_tenant(${tenantId}) as dropped`
      more = row?.dropped ?? false
    }
    const [row] = await sql<{ removed: boolean }[]>`select remove_due_tenant(${tenantId}) as removed`
    return row?.removed ?? false
  } catch (error) {
    const known = domainErrorFrom(error)
    if (known instanceof DomainError && known.kind === 'aborted') return false
    throw known
  }
}
