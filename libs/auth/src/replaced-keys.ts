import { actingAs, recordEntry } from '@assay/ledger'
import { inTenant, type Sql, type TenantSql } from '@assay/store'

/**
 * Writes the entries of keys that gateways replaced because of their age into the ledger of each tenant, each entry once.
 * Several workers may do it at once.
 * @returns the number of entries
 */
export async function recordReplacedKeys(sql: Sql): Promise<number> {
  const tenants = await sql<{ tenantId: number }[]>`select tenants_with_replaced_keys() as "tenantId"`
  let count = 0
  for (const { tenantId } of tenants)
    count += await actingAs({ type: 'job', id: 'replaced-keys' }, () => inTenant(sql, tenantId, recordThose))
  return count
}

async function recordThose(sql: TenantSql): Promise<number> {
  const replaced = await sql<{ keyId: string; at: Date }[]>`
    delete from replaced_keys returning key_id as "keyId", replaced_at as at`
  for (const { keyId, at } of replaced)
    await recordEntry(sql, {
      kind: 'key.rotate',
      subject: { type: 'key', id: 'tokens' },
      after: { keyId, replacedAt: at.toISOString() },
      reason: 'age',
    })
  return replaced.length
}
