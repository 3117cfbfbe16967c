import type { TenantSql } from '@assay/store'

/** A role of a completed model, by keys of the directory. */
interface RoleOfModel {
  readonly number: number
  readonly identityKeys: readonly number[]
  readonly entitlementKeys: readonly number[]
}

/** All roles of a model, by number. */
export async function rolesOfModel(sql: TenantSql, modelId: string): Promise<readonly RoleOfModel[]> {
  return sql<RoleOfModel[]>`
    select number, identity_keys as "identityKeys", entitlement_keys as "entitlementKeys" from role_model_roles
    where model_id = ${modelId} order by number`
}

/** The model that was completed last, for one import or for any; undefined when there is none. */
export async function newestCompletedModel(
  sql: TenantSql,
  importId?: string,
): Promise<{ readonly id: string; readonly importId: string; readonly revision: number } | undefined> {
  const [newest] = await sql<{ id: string; importId: string; revision: number }[]>`
    select id, import_id as "importId", revision from role_models
    where state = 'completed' ${importId === undefined ? sql`` : sql`and import_id = ${importId}`}
    order by ended_at desc, id limit 1`
  return newest
}
