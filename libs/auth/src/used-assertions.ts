import { inTenant, type Sql } from '@assay/store'

const sweepEveryMs = 60_000
/** Postgres's clock decides when a row is removed, and this process's clock when an assertion has expired; they may differ. */
const clockMarginMs = 5 * 60_000

/**
 * The used assertions, stored in the database, so that every process refuses a second use, also after a restart. Expired ones
 * are removed, because they are refused as expired.
 */
export class UsedAssertions {
  readonly #sql: Sql
  readonly #sweptAt = new Map<number, number>()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Returns true for the first use. If several come at once, exactly one gets true. */
  async use(tenantId: number, clientId: string, fingerprint: Uint8Array, expiresAtMs: number): Promise<boolean> {
    const forgetAt = new Date(expiresAtMs + clockMarginMs)
    const sweeps = this.#isSweepDue(tenantId)
    return await inTenant(this.#sql, tenantId, async (sql) => {
      if (sweeps) await sql`delete from used_assertions where tenant_id = ${tenantId} and forget_at < now()`
      // The insert waits for another one of the same row, so two uses cannot both be the first.
      const inserted = await sql`
        insert into used_assertions (tenant_id, client_id, fingerprint, forget_at)
        values (${tenantId}, ${clientId}, ${fingerprint}, ${forgetAt})
        on conflict do nothing`
      return inserted.count === 1
    })
  }

  #isSweepDue(tenantId: number): boolean {
    const now = Date.now()
    if (now - (this.#sweptAt.get(tenantId) ?? 0) < sweepEveryMs) return false
    this.#sweptAt.set(tenantId, now)
    return true
  }
}
