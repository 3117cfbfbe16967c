import { entitlementsByKey } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { completedRoleModel, type StoredRole } from './role-models.ts'
import { namesInTitle, roleTitle } from './role-title.ts'

/** The largest number of roles in an outline, because no reader can see more in a picture. */
const mostOutlined = 1_000

/** A summary of a role. */
interface RoleOutline extends Omit<StoredRole, 'entitlementKeys'> {
  readonly displayName: string
  readonly entitlementCount: number
}

/** Summaries of a model's largest roles, and totals of its other roles. */
interface ModelOutline {
  readonly roles: readonly RoleOutline[]
  readonly otherRoles: number
  readonly otherGrants: number
}

type OutlineRow = Omit<RoleOutline, 'displayName'> & { readonly firstKeys: number[]; readonly cells: number }

/** @throws not_found; failed_precondition for a model that has not completed */
export async function roleModelOutline(sql: TenantSql, modelId: string): Promise<ModelOutline> {
  const { id } = await completedRoleModel(sql, modelId)
  const rows = await sql<OutlineRow[]>`
    select number, cardinality(identity_keys) as "identityCount", cardinality(entitlement_keys) as "entitlementCount",
      kept, sole_grants as "soleGrants", added_grants as "addedGrants", entitlement_keys[1:${namesInTitle}] as "firstKeys",
      cardinality(identity_keys)::float8 * cardinality(entitlement_keys) as cells
    from role_model_roles where model_id = ${id} order by cells desc, number limit ${mostOutlined}`
  const [all = { roles: 0, cells: 0 }] = await sql<{ roles: number; cells: number }[]>`
    select count(*)::integer as roles,
      coalesce(sum(cardinality(identity_keys)::float8 * cardinality(entitlement_keys)), 0) as cells
    from role_model_roles where model_id = ${id}`
  const known = await entitlementsByKey(sql, [...new Set(rows.flatMap(({ firstKeys }) => firstKeys))])
  return {
    roles: rows.map(({ firstKeys, cells: _, ...row }) => {
      const names = firstKeys.flatMap((key) => {
        const found = known.get(key)
        return found === undefined ? [] : [found.displayName || found.id]
      })
      return { ...row, displayName: roleTitle(names, row.entitlementCount) }
    }),
    otherRoles: all.roles - rows.length,
    otherGrants: all.cells - rows.reduce((sum, { cells }) => sum + cells, 0),
  }
}
