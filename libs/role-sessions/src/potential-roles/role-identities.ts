import { filterCondition, type Listed, type ListQuery, type Page } from '@assay/collection-query'
import { identityRelation } from '@assay/directory'
import { type Fragment, onlyRow, type TenantSql } from '@assay/store'
import { shownAttributeName } from '../attribute-names.ts'
import { isRole, type PotentialRoleKey, roleNotFound } from './role-rows.ts'

/** A member of a role. */
interface RoleIdentity {
  readonly id: string
  readonly name: string
  /**
   * By their names for SailPoint's clients. Attributes without a value are left out, and the values of a list are joined by
   * `; `.
   */
  readonly attributes: Readonly<Record<string, string>>
}

/** Attributes with separate columns, by their names for SailPoint's clients. */
const builtIn = ['email', 'department', 'jobTitle', 'manager', 'employmentType', 'employmentStatus'] as const

interface IdentityRow extends Readonly<Record<(typeof builtIn)[number], string | null>> {
  readonly id: string
  readonly name: string
  readonly custom: Readonly<Record<string, string | readonly string[]>>
}

/**
 * Members by name. Roles store them in this order, so that a page is a slice of an array for any size of the role; only a
 * filter has to read all of them.
 * @throws not_found
 */
export async function listRoleIdentities(
  sql: TenantSql,
  key: PotentialRoleKey,
  { filter, sorters, page, wantsTotal }: ListQuery<'name', 'name'>,
): Promise<Listed<RoleIdentity>> {
  const descending = sorters[0]?.descending ?? false
  const isFiltered = filter.kind !== 'and' || filter.of.length > 0
  const condition = filterCondition(sql, filter, { name: sql`identity.display_name` })
  const rows = await sql<IdentityRow[]>`
    select ${identityColumns(sql)}
    from ${isFiltered ? allMembers(sql, key) : membersByName(sql, key, page, descending)}
    join ${identityRelation(sql)} identity on identity.key = member.key
    where ${condition}
    order by member.place ${descending ? sql`desc` : sql``}
    ${isFiltered ? sql`limit ${page.limit} offset ${page.offset}` : sql``}`
  // Only an empty list, or the total, needs another query for the role.
  const size = rows.length === 0 || (wantsTotal && !isFiltered) ? await roleSize(sql, key) : undefined
  const total = isFiltered && wantsTotal ? await countMembers(sql, key, condition) : size
  return { items: rows.map(toIdentity), total: wantsTotal ? total : undefined }
}

/** The identities in the order of `keys`. */
export async function identityRows(sql: TenantSql, keys: readonly number[]): Promise<RoleIdentity[]> {
  const rows = await sql<IdentityRow[]>`
    select ${identityColumns(sql)}
    from unnest(${[...keys]}::integer[]) with ordinality as member (key, place)
    join ${identityRelation(sql)} identity on identity.key = member.key
    order by member.place`
  return rows.map(toIdentity)
}

function identityColumns(sql: TenantSql): Fragment {
  return sql`identity.id, identity.display_name as name, identity.attributes as custom, email, department,
    job_title as "jobTitle", manager_id as manager, employment_type as "employmentType",
    employment_status as "employmentStatus"`
}

function toIdentity(row: IdentityRow): RoleIdentity {
  const attributes: [string, string][] = []
  const show = (name: string, value: string | null): void => {
    if (value !== '' && value !== null) attributes.push([name, value])
  }
  for (const name of builtIn) show(name, row[name])
  // SailPoint's attributes are texts. Lists are sorted when they are imported.
  for (const [name, value] of Object.entries(row.custom)) {
    show(shownAttributeName(name), typeof value === 'string' ? value : value.join('; '))
  }
  return { id: row.id, name: row.name, attributes: Object.fromEntries(attributes) }
}

/**
 * The number of members of a role.
 * @throws not_found
 */
export async function roleSize(sql: TenantSql, key: PotentialRoleKey): Promise<number> {
  const [role] = await sql<{ size: number }[]>`
    select identity_count as size from potential_roles role where ${isRole(sql, key)}`
  if (role === undefined) throw await roleNotFound(sql, key)
  return role.size
}

async function countMembers(sql: TenantSql, key: PotentialRoleKey, condition: Fragment): Promise<number> {
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count from ${allMembers(sql, key)}
    join ${identityRelation(sql)} identity on identity.key = member.key where ${condition}`,
  )
  return count
}

/** A part of the members in the order of their names, as a table `member (key, place)`. */
export function membersByName(
  sql: TenantSql,
  key: PotentialRoleKey,
  { limit, offset }: Page,
  descending: boolean,
): Fragment {
  // Slices begin at 1. Bounds beyond the array are allowed, and a slice that ends before it begins is empty.
  const slice = descending
    ? sql`greatest(1, role.identity_count - ${offset + limit}::integer + 1) : role.identity_count - ${offset}::integer`
    : sql`${offset}::integer + 1 : ${offset + limit}::integer`
  return sql`(select listed.key, listed.place from potential_roles role
    cross join unnest(role.identity_keys[${slice}]) with ordinality as listed (key, place)
    where ${isRole(sql, key)}) member`
}

/** All members as such a table. */
export function allMembers(sql: TenantSql, key: PotentialRoleKey): Fragment {
  return sql`(select listed.key, listed.place from potential_roles role
    cross join unnest(role.identity_keys) with ordinality as listed (key, place)
    where ${isRole(sql, key)}) member`
}
