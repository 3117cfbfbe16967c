import type { TenantSql } from '@assay/store'

import { describeSnapshot, type SnapshotDescription } from './describe-snapshot.ts'
import { snapshotVersion } from './snapshot-format.ts'

const mostTenants = 1_000

/**
 * Caches the descriptions of the snapshots in force. A committed import never changes, so its description is valid until the next
 * import. Counting takes seconds for many identities; reading the version does not.
 */
export class SnapshotDescriptions {
  readonly #byTenant = new Map<number, { readonly version: string; readonly description: SnapshotDescription }>()

  /** Undefined before the tenant's first import. */
  async of(sql: TenantSql, tenantId: number): Promise<SnapshotDescription | undefined> {
    const version = await snapshotVersion(sql)
    if (version === undefined) return undefined
    const known = this.#byTenant.get(tenantId)
    if (known?.version === version) return known.description
    const description = await describeSnapshot(sql)
    if (description !== undefined) this.#keep(tenantId, version, description)
    return description
  }

  #keep(tenantId: number, version: string, description: SnapshotDescription): void {
    this.#byTenant.delete(tenantId)
    this.#byTenant.set(tenantId, { version, description })
    const [oldest] = this.#byTenant.keys()
    if (oldest !== undefined && this.#byTenant.size > mostTenants) this.#byTenant.delete(oldest)
  }
}
