import { inTenant, type Sql } from '@assay/store'

const sweepEveryMs = 60_000
/** Postgres decides when a row is forgotten, and this process when an assertion has expired: their clocks may differ. */
const clockMarginMs = 5 * 60_000

/**
 * Which assertions were used, kept in the database: a second use is refused whichever process it comes to, and after a
 * restart as well. What has expired is forgotten, because it is refused as expired.
 */
export class UsedAssertions {
  readonly #sql: Sql
  readonly #sweptAt = new Map<number, number>()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** True for the first use; of several at once, for exactly one. */
  async use(tenantId: number, clientId: string, fingerprint: Uint8Array, expiresAtMs: number): Promise<boolean> {
    const forgetAt = new Date(expiresAtMs + clockMarginMs)
    const sweeps = this.#isSweepDue(tenantId)
    return await inTenant(this.#sql, tenantId, async (sql) => {
      if (sweeps) await sql`delete from used_assertions where tenant_id = ${tenantId} and forget_at < now()`
      // Somebody else's insert of the same row is waited for, so two uses cannot both be the first.
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
