import { filterCondition, type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { entitlementRelation, identityRelation } from '@assay/directory'
import { isUuid, type TenantSql } from '@assay/store'
import { columns, type PolicyRow, toPolicy } from './policies.ts'
import type { Policy } from './policy.ts'

/** The fields by which policies of separation are filtered. */
export type SeparationField = 'id' | 'name' | 'enabled' | 'description' | 'makerName' | 'severity'

/** The fields by which they are sorted. */
export type SeparationSorter = 'id' | 'name' | 'createdAt' | 'updatedAt' | 'description' | 'makerName'

/** A policy of separation, with the name of its creator if that is an identity. */
export interface Separation extends Policy {
  readonly makerName: string | null
}

/** Policies that separate two sets of entitlements; without sorters by name. */
export async function querySeparations(
  sql: TenantSql,
  { filter, sorters, page, wantsTotal }: ListQuery<SeparationField, SeparationSorter>,
): Promise<Listed<Separation>> {
  const makerName = makerNameOf(sql)
  const passes = filterCondition(sql, filter, {
    id: sql`policy.id::text`,
    name: sql`policy.display_name`,
    enabled: sql`policy.enabled`,
    description: sql`policy.description`,
    makerName,
    severity: sql`policy.settings ->> 'severity'`,
  })
  const order = {
    id: sql`policy.id`,
    name: sql`policy.name_key`,
    createdAt: sql`policy.created_at`,
    updatedAt: sql`policy.updated_at`,
    description: sql`policy.description`,
    makerName,
  }
  const from = sql`from policies policy where policy.kind = 'separation_of_duties' and ${passes}`
  const rows =
    page.limit === 0
      ? []
      : await sql<(PolicyRow & { makerName: string | null })[]>`
          select ${columns(sql)}, ${makerName} as "makerName" ${from}
          ${sortOrder(sql, sorters, order, [sql`policy.name_key`])} limit ${page.limit} offset ${page.offset}`
  const counted = wantsTotal ? await sql<{ total: number }[]>`select count(*)::integer as total ${from}` : []
  return { items: rows.map(separationOf), total: counted[0]?.total }
}

/** Undefined also for a policy of another kind. */
export async function findSeparation(sql: TenantSql, id: string): Promise<Separation | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await sql<(PolicyRow & { makerName: string | null })[]>`
    select ${columns(sql)}, ${makerNameOf(sql)} as "makerName" from policies policy
    where policy.id = ${id} and policy.kind = 'separation_of_duties'`
  return row && separationOf(row)
}

function separationOf({ makerName, ...row }: PolicyRow & { readonly makerName: string | null }): Separation {
  return { ...toPolicy(row), makerName }
}

function makerNameOf(sql: TenantSql) {
  return sql`(select maker.display_name from ${identityRelation(sql)} maker
    where maker.tenant_id = policy.tenant_id and maker.id = policy.created_by)`
}

/** An entitlement of one of the two sets. */
export interface SeparatedEntitlement {
  readonly id: string
  readonly displayName: string
}

/** Both sets of each policy, by its id, in their order, without entitlements that the access data no longer have. */
export async function separatedSets(
  sql: TenantSql,
  ids: readonly string[],
): Promise<
  ReadonlyMap<
    string,
    { readonly first: readonly SeparatedEntitlement[]; readonly second: readonly SeparatedEntitlement[] }
  >
> {
  if (ids.length === 0) return new Map()
  const rows = await sql<(SeparatedEntitlement & { policyId: string; side: 1 | 2 })[]>`
    select policy.id as "policyId", named.side, e.id, e.display_name as "displayName"
    from policies policy
    cross join lateral (
      select 1 as side, key, place from unnest(policy.first_keys) with ordinality as one (key, place)
      union all
      select 2, key, place from unnest(policy.second_keys) with ordinality as other (key, place)
    ) named
    join ${entitlementRelation(sql)} e on e.tenant_id = policy.tenant_id and e.key = named.key
    where policy.id = any(${[...ids]}::uuid[]) and not e.deleted order by policy.id, named.side, named.place`
  return new Map(
    [...Map.groupBy(rows, ({ policyId }) => policyId)].map(([id, named]) => [
      id,
      { first: named.filter(({ side }) => side === 1), second: named.filter(({ side }) => side === 2) },
    ]),
  )
}
