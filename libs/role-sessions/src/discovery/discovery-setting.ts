import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/** Whether the whole organisation is mined after every import. True unless somebody switched it off. */
export async function isDiscoveryOn(sql: TenantSql): Promise<boolean> {
  const [setting] = await sql<{ isOn: boolean }[]>`select automatic_discovery as "isOn" from session_settings`
  return setting?.isOn ?? true
}

export async function switchDiscovery(sql: TenantSql, tenantId: number, isOn: boolean): Promise<void> {
  // Names the tenant, because the owner of the schema sees the settings of every tenant.
  const [setting] = await sql<{ isOn: boolean }[]>`
    select automatic_discovery as "isOn" from session_settings where tenant_id = ${tenantId}`
  await recordEntry(sql, {
    kind: 'settings.discovery',
    subject: { type: 'settings', id: 'discovery' },
    before: { isOn: setting?.isOn ?? true },
    after: { isOn },
  })
  await sql`
    insert into session_settings (tenant_id, automatic_discovery) values (${tenantId}, ${isOn})
    on conflict (tenant_id) do update set automatic_discovery = excluded.automatic_discovery, updated_at = now()`
}
