import { failedPrecondition } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import { type RoleFront, roleFronts } from '@assay/role-model'
import { asJson, type TenantSql } from '@assay/store'
import { enabledPeople } from './mine-stored-model.ts'
import { getRoleModel } from './role-models.ts'

/**
 * The changes to the enabled people's access that fewer roles would need.
 * @throws what `roleFronts` throws
 */
export function frontsOf(snapshot: Snapshot, seed: number): RoleFront[] {
  return roleFronts(enabledPeople(snapshot).access, { seed })
}

/** It has no effect on a model that does not exist any more. */
export async function storeRoleFronts(sql: TenantSql, id: string, fronts: readonly RoleFront[]): Promise<void> {
  await sql`update role_models set fronts = ${asJson(sql, fronts)} where id = ${id}`
}

/** @throws not_found; failed_precondition for a model that has not completed, or was started without fronts */
export async function getRoleFronts(sql: TenantSql, modelId: string): Promise<readonly RoleFront[]> {
  const { id, state } = await getRoleModel(sql, modelId)
  if (state !== 'completed') throw failedPrecondition(`the role model "${id}" has not completed, so it has no fronts`)
  const [model] = await sql<{ fronts: RoleFront[] | null }[]>`select fronts from role_models where id = ${id}`
  if (model?.fronts == null) {
    throw failedPrecondition(
      `the role model "${id}" was started without fronts, or was revised since; start one with include_fronts`,
    )
  }
  return model.fronts
}
