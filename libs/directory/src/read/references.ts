import type { TenantSql } from '@assay/store'

// Converts between the customer's own ids and keys.

/** Names an entitlement by the customer's own ids. */
export interface EntitlementReference {
  readonly applicationId: string
  readonly entitlementId: string
}

interface ReferenceOptions {
  /** Whether entitlements count that a later import deleted. Default false. */
  readonly includeDeleted?: boolean
}

/** The key of each entitlement, in order; undefined for an unknown entitlement. */
export async function entitlementKeys(
  sql: TenantSql,
  references: readonly EntitlementReference[],
  { includeDeleted = false }: ReferenceOptions = {},
): Promise<(number | undefined)[]> {
  if (references.length === 0) return []
  const places = references.map(({ applicationId, entitlementId }, place) => ({ place, applicationId, entitlementId }))
  const rows = await sql<{ place: number; key: number }[]>`
    select wanted.place, entitlements.key
    from jsonb_to_recordset(${sql.json(places)}) as wanted (place integer, "applicationId" text, "entitlementId" text)
    join applications on applications.id = wanted."applicationId"
    join entitlements on entitlements.application_key = applications.key and entitlements.id = wanted."entitlementId"
    ${includeDeleted ? sql`` : sql`where not entitlements.deleted`}`
  const keys: (number | undefined)[] = references.map(() => undefined)
  for (const { place, key } of rows) keys[place] = key
  return keys
}

/** The entitlements of the keys, in order; entitlements that a later import deleted are left out. */
export async function entitlementReferences(
  sql: TenantSql,
  keys: readonly number[],
): Promise<readonly EntitlementReference[]> {
  return sql<EntitlementReference[]>`
    select applications.id as "applicationId", entitlements.id as "entitlementId"
    from unnest(${[...keys]}::integer[]) with ordinality as wanted (key, place)
    join entitlements on entitlements.key = wanted.key
    join applications on applications.key = entitlements.application_key
    where not entitlements.deleted
    order by wanted.place`
}

/** The keys of applications by id; unknown ids are left out. */
export async function applicationKeys(
  sql: TenantSql,
  ids: readonly string[],
  { includeDeleted = false }: ReferenceOptions = {},
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<{ id: string; key: number }[]>`
    select id, key from applications
    where id = any(${[...ids]}::text[]) ${includeDeleted ? sql`` : sql`and not deleted`}`
  return new Map(rows.map(({ id, key }) => [id, key]))
}

/** The keys of identities by id, ascending; unknown ids and deleted identities are left out. */
export async function identityKeys(sql: TenantSql, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<{ id: string; key: number }[]>`
    select id, key from identities where id = any(${[...ids]}::text[]) and status <> 'deleted' order by key`
  return new Map(rows.map(({ id, key }) => [id, key]))
}

/** Whether an identity with this id exists and is not deleted. */
export async function identityExists(sql: TenantSql, id: string): Promise<boolean> {
  const [identity] = await sql`select from identities where id = ${id} and status <> 'deleted'`
  return identity !== undefined
}

/** The ids that belong to no identity or only to a deleted one; each once, in the order of the database. */
export async function unknownIdentityIds(sql: TenantSql, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const unknown = await sql<{ id: string }[]>`
    select distinct wanted.id from unnest(${[...ids]}::text[]) as wanted (id)
    where not exists (select from identities where identities.id = wanted.id and identities.status <> 'deleted')
    order by wanted.id`
  return unknown.map(({ id }) => id)
}

/** The ids of the keys, in order; deleted identities are left out. */
export async function identityIds(sql: TenantSql, keys: readonly number[]): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select identities.id from unnest(${[...keys]}::integer[]) with ordinality as wanted (key, place)
    join identities on identities.key = wanted.key
    where identities.status <> 'deleted'
    order by wanted.place`
  return rows.map(({ id }) => id)
}
