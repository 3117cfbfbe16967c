import { exactText, filterCondition, type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { notFound } from '@assay/errors'
import type { Fragment, TenantSql } from '@assay/store'
import { type Identity, identityColumns } from '../read/identities.ts'
import { grantsInForce } from '../relations.ts'
import { listedKeys } from './listed-keys.ts'

/**
 * The fields of a filter on identities. `alias`: the user name, else the id; `firstname`, `lastname`: the attribute with that name
 * in any case; `disabled`: true or false.
 */
export type IdentityField = 'id' | 'name' | 'alias' | 'username' | 'firstname' | 'lastname' | 'email' | 'disabled'
export type IdentitySorter = 'id' | 'name' | 'alias' | 'disabled'

/** An identity with its manager and whether it is a manager. */
export interface LedIdentity extends Identity {
  /** The display name of its manager; null when the manager is not an identity of the data. */
  readonly managerName: string | null
  /** Whether an identity names it as manager. */
  readonly isManager: boolean
}

/** The identities of the import in force, by id. */
export async function identitiesBy(
  sql: TenantSql,
  { filter, sorters, page, wantsTotal }: ListQuery<IdentityField, IdentitySorter>,
): Promise<Listed<LedIdentity>> {
  const condition = filterCondition(sql, filter, {
    id: exactText(sql, sql`id`),
    name: sql`display_name`,
    alias: alias(sql),
    username: sql`nullif(username, '')`,
    firstname: attributeNamed(sql, 'firstname'),
    lastname: attributeNamed(sql, 'lastname'),
    email: sql`nullif(email, '')`,
    disabled: sql`(status = 'disabled')`,
  })
  const order = sortOrder(
    sql,
    sorters,
    { id: sql`id`, name: sql`name_order`, alias: sql`lower(${alias(sql)})`, disabled: sql`(status = 'disabled')` },
    [sql`id`],
  )
  const { keys, total } = await listedKeys(sql, {
    from: sql`identities`,
    key: sql`key`,
    condition: sql`status <> 'deleted' and ${condition}`,
    order,
    page,
    wantsTotal,
  })
  const rows = await ledIdentities(sql, sql`i.key = any(${[...keys]}::integer[])`)
  const found = new Map(rows.map((row) => [row.key, row]))
  return { items: keys.flatMap((key) => found.get(key) ?? []), total }
}

/** It also finds an identity that a later import deleted. @throws not_found */
export async function ledIdentity(sql: TenantSql, id: string): Promise<LedIdentity> {
  const [found] = await ledIdentities(sql, sql`i.id = ${id}`)
  if (found === undefined) throw notFound('identity', id)
  return found
}

/** The key of an identity that is in force. @throws not_found */
export async function identityKeyInForce(sql: TenantSql, id: string): Promise<number> {
  const [found] = await sql<{ key: number }[]>`select key from identities where id = ${id} and status <> 'deleted'`
  if (found === undefined) throw notFound('identity', id)
  return found.key
}

/** Keys of the entitlements that an identity is assigned. */
export async function assignedEntitlements(sql: TenantSql, identityKey: number): Promise<readonly number[]> {
  const rows = await sql<{ key: number }[]>`
    select entitlement_key as key from ${grantsInForce(sql)} held where identity_key = ${identityKey}`
  return rows.map(({ key }) => key)
}

async function ledIdentities(sql: TenantSql, condition: Fragment): Promise<readonly LedIdentity[]> {
  return sql<LedIdentity[]>`
    select ${identityColumns(sql)},
      (select m.display_name from identities m where m.id = i.manager_id and m.status <> 'deleted') as "managerName",
      exists (select from identities r where r.manager_id = i.id and r.manager_id <> '' and r.status <> 'deleted') as "isManager"
    from identities i where ${condition}`
}

function alias(sql: TenantSql): Fragment {
  return sql`coalesce(nullif(username, ''), id)`
}

/** The value of the attribute with this name in any case; null when there is none. */
function attributeNamed(sql: TenantSql, name: string): Fragment {
  return sql`(select value from jsonb_each_text(attributes) where lower(key) = ${name}::text and value <> '' order by key limit 1)`
}
