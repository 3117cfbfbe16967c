import type { TenantSql } from '@assay/store'
import { accessGiven, importOfGrants } from '../relations.ts'

/** The entitlements that one identity is assigned. */
interface Holdings {
  /** The id of the identity. */
  readonly id: string
  /** Keys of entitlements as 32-bit numbers, the highest byte first. They take a fraction of the memory of arrays. */
  readonly held: Buffer
}

const nothing = Buffer.alloc(0)

/**
 * Which of the entitlements each identity is assigned by the import in force, in the order of the identities' keys in the call.
 * Afterwards the transaction makes a separate plan for each query.
 */
export async function holdingsOf(
  sql: TenantSql,
  identityKeys: readonly number[],
  entitlementKeys: readonly number[],
): Promise<Holdings[]> {
  const [, ids, granted] = await Promise.all([
    // A plan for lists of any length reads the grants by entitlement, which is ten times slower here.
    sql`select set_config('plan_cache_mode', 'force_custom_plan', true)`,
    sql<{ key: number; id: string }[]>`select key, id from identities where key = any(${[...identityKeys]}::integer[])`,
    sql<{ key: number; held: Buffer }[]>`
      select identity_key as key, string_agg(int4send(entitlement_key), ''::bytea) as held from grants
      where import_id = ${importOfGrants(sql)} and identity_key = any(${[...identityKeys]}::integer[])
        and entitlement_key = any(${[...entitlementKeys]}::integer[])
      group by identity_key`,
  ])
  const idOf = new Map(ids.map(({ key, id }) => [key, id]))
  const heldBy = new Map(granted.map(({ key, held }) => [key, held]))
  return identityKeys.flatMap((key) => {
    const id = idOf.get(key)
    return id === undefined ? [] : { id, held: heldBy.get(key) ?? nothing }
  })
}

/** The identities that have one entitlement, or any entitlement of one application, by effective access. */
export interface Holders {
  readonly applicationId: string
  /** Null: any entitlement of the application. */
  readonly entitlementId: string | null
  /** One list for each assigned entitlement, in PostgreSQL's text form of an array of keys. An identity may be in several lists. */
  readonly identityKeys: readonly string[]
}

/**
 * The holders of each named entitlement or application by effective access, in one pass over the grants. Entitlements and
 * applications that do not exist are left out.
 */
export async function holdersOf(
  sql: TenantSql,
  names: readonly { readonly applicationId: string; readonly entitlementId: string | null }[],
): Promise<Holders[]> {
  if (names.length === 0) return []
  const wanted = names.map(({ applicationId, entitlementId }) => ({ applicationId, entitlementId }))
  const references = await sql<{ applicationId: string; entitlementId: string | null; keys: number[] }[]>`
    select wanted."applicationId", wanted."entitlementId", array_agg(distinct given.holder_key) as keys
    from jsonb_to_recordset(${sql.json(wanted)}) as wanted ("applicationId" text, "entitlementId" text)
    join applications on applications.id = wanted."applicationId"
    join entitlements on entitlements.application_key = applications.key
      and (wanted."entitlementId" is null or entitlements.id = wanted."entitlementId")
    join ${accessGiven(sql)} given on given.entitlement_key = entitlements.key
    group by wanted."applicationId", wanted."entitlementId"`
  const holders = await holdersByKey(sql, [...new Set(references.flatMap(({ keys }) => keys))])
  return references.map(({ applicationId, entitlementId, keys }) => ({
    applicationId,
    entitlementId,
    identityKeys: keys.flatMap((key) => holders.get(key) ?? []),
  }))
}

/**
 * The holders by entitlement. The entitlements are a list in the statement, not a join: right after an import the tables have no
 * statistics, and a join then took 30 times as long as one pass over the grants.
 */
async function holdersByKey(sql: TenantSql, keys: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const [current] = await sql<{ importId: number | null }[]>`select ${importOfGrants(sql)} as "importId"`
  if (!current?.importId || keys.length === 0) return new Map()
  const rows = await sql<{ key: number; identityKeys: string }[]>`
    select entitlement_key as key, array_agg(identity_key)::text as "identityKeys" from grants
    where import_id = ${current.importId} and entitlement_key = any(${[...keys]}::integer[]) group by entitlement_key`
  return new Map(rows.map(({ key, identityKeys }) => [key, identityKeys]))
}
