import type { TenantSql } from '@assay/store'
import { currentImportId, describeSnapshot, type SnapshotDescription } from './describe-snapshot.ts'

const mostTenants = 1_000

/**
 * Descriptions of the snapshots in force. An import never changes once it is committed, so what was counted of it holds
 * until the next one: counting takes seconds where there are many identities, looking up its number does not.
 */
export class SnapshotDescriptions {
  readonly #byTenant = new Map<number, SnapshotDescription>()

  /** Undefined before the tenant's first import. */
  async of(sql: TenantSql, tenantId: number): Promise<SnapshotDescription | undefined> {
    const known = this.#byTenant.get(tenantId)
    if (known !== undefined && known.importId === (await currentImportId(sql))) return known
    const description = await describeSnapshot(sql)
    if (description !== undefined) this.#keep(tenantId, description)
    return description
  }

  #keep(tenantId: number, description: SnapshotDescription): void {
    this.#byTenant.delete(tenantId)
    this.#byTenant.set(tenantId, description)
    const [oldest] = this.#byTenant.keys()
    if (oldest !== undefined && this.#byTenant.size > mostTenants) this.#byTenant.delete(oldest)
  }
}
