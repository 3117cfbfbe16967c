import type { TenantSql } from '@assay/store'
import type { Held } from './evaluate-batch.ts'
import type { MembershipRule } from './membership-rule.ts'

/** Who holds what the rules name, by the import in force; one pass over the grants for all of them. */
export async function loadHolders(sql: TenantSql, rules: readonly MembershipRule[]): Promise<Held[]> {
  const named = [
    ...rules.flatMap((rule) => rule.applications.map((applicationId) => ({ applicationId, entitlementId: null }))),
    ...rules.flatMap((rule) => rule.entitlements),
  ]
  if (named.length === 0) return []
  const references = await sql<{ applicationId: string; entitlementId: string | null; keys: number[] }[]>`
    select wanted."applicationId", wanted."entitlementId", array_agg(distinct entitlements.key) as keys
    from jsonb_to_recordset(${sql.json(named)}) as wanted ("applicationId" text, "entitlementId" text)
    join applications on applications.id = wanted."applicationId"
    join entitlements on entitlements.application_key = applications.key
      and (wanted."entitlementId" is null or entitlements.id = wanted."entitlementId")
    group by wanted."applicationId", wanted."entitlementId"`
  const holders = await holdersOf(sql, [...new Set(references.flatMap(({ keys }) => keys))])
  return references.map(({ applicationId, entitlementId, keys }) => ({
    applicationId,
    entitlementId,
    identityKeys: keys.flatMap((key) => holders.get(key) ?? []),
  }))
}

/**
 * By entitlement. The entitlements are a list in the statement and no join: right after an import the tables have no
 * statistics, and joining them then took 30 times as long as reading the grants once.
 */
async function holdersOf(sql: TenantSql, keys: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const [current] = await sql<{ importId: number }[]>`select import_id as "importId" from snapshots`
  if (current === undefined || keys.length === 0) return new Map()
  const rows = await sql<{ key: number; identityKeys: string }[]>`
    select entitlement_key as key, array_agg(identity_key)::text as "identityKeys" from grants
    where import_id = ${current.importId} and entitlement_key = any(${[...keys]}::integer[]) group by entitlement_key`
  return new Map(rows.map(({ key, identityKeys }) => [key, identityKeys]))
}
