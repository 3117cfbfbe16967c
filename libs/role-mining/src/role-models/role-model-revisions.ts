import { asJson, type TenantSql } from '@assay/store'
import type { RevisedModel, StandingModel, StoredRoleChange } from './revised-model.ts'
import { getRoleModel, resultOf, type StoredRevision, storeRoles } from './role-models.ts'

/** The changes of this number of the newest revisions of a model are stored. */
const keptRevisions = 12

/**
 * The present state of a model, with the number of its revision; undefined unless it is being revised. Models of earlier versions have no
 * stored incompatible grants: their bound begins without them.
 */
export async function standingModel(
  sql: TenantSql,
  id: string,
): Promise<{ readonly revision: number; readonly standing: StandingModel } | undefined> {
  const [model] = await sql<
    {
      revision: number
      figures: StandingModel['figures']
      lastRoleNumber: number | null
      identityKeys: number[] | null
      entitlementKeys: number[] | null
    }[]
  >`
    select revision, figures, last_role_number as "lastRoleNumber", incompatible_identity_keys as "identityKeys",
      incompatible_entitlement_keys as "entitlementKeys"
    from role_models where id = ${id} and revising`
  if (model === undefined) return undefined
  const roles = await sql<StandingModel['roles'][number][]>`
    select number, identity_keys as "identityKeys", entitlement_keys as "entitlementKeys"
    from role_model_roles where model_id = ${id} order by number`
  const { revision, figures, identityKeys, entitlementKeys } = model
  const incompatible = { identityKeys: identityKeys ?? [], entitlementKeys: entitlementKeys ?? [] }
  const lastRoleNumber = model.lastRoleNumber ?? roles.at(-1)?.number ?? 0
  return { revision, standing: { roles: [...roles], lastRoleNumber, incompatible, figures } }
}

/** Ends a revision. It has no effect on a revision that another worker has ended meanwhile. */
export async function completeRevision(
  sql: TenantSql,
  tenantId: number,
  id: string,
  { revision: before, importId }: { readonly revision: number; readonly importId: string },
  { model, revision, changes }: RevisedModel,
): Promise<void> {
  const events = revision.joiners + revision.movers + revision.leavers + revision.newEntitlements
  if (events === 0) {
    await sql`
      update role_models set revising = false, import_id = ${importId}
      where id = ${id} and revising and revision = ${before}`
    return
  }
  const stored: StoredRevision = { ...revision, importId, revisedAt: new Date().toISOString() }
  const [ended] = await sql`
    update role_models set revising = false, revision = ${before + 1}, last_revision = ${asJson(sql, stored)},
      fronts = null, ${resultOf(sql, importId, model)}
    where id = ${id} and revising and revision = ${before} returning id`
  if (ended === undefined) return
  await sql`delete from role_model_roles where model_id = ${id}`
  await storeRoles(sql, tenantId, id, model)
  await storeRoleChanges(sql, tenantId, id, before + 1, changes)
}

async function storeRoleChanges(
  sql: TenantSql,
  tenantId: number,
  modelId: string,
  revision: number,
  changes: readonly StoredRoleChange[],
): Promise<void> {
  for (const { number, kind, joined, left, covered, gainedKeys, lostKeys, causes } of changes) {
    await sql`
      insert into role_model_changes
        (tenant_id, model_id, revision, number, kind, joined, departed, covered, gained_keys, lost_keys, causes)
      values (${tenantId}, ${modelId}, ${revision}, ${number}, ${kind}, ${joined}, ${left}, ${covered}, ${[...gainedKeys]}::integer[],
        ${[...lostKeys]}::integer[], ${asJson(sql, causes)})`
  }
  await sql`delete from role_model_changes where model_id = ${modelId} and revision <= ${revision - keptRevisions}`
}

/** The position at which a page of changes ends. It has the revision, since the last revision may be another one at the next page. */
export type RoleChangePosition = readonly [number: number, revision: number]

/**
 * The changes that one revision of a model made to its roles, by their numbers. Empty for a revision whose changes are not stored any more,
 * or that does not exist.
 * @param revision the last one when absent
 * @throws not_found for the model
 */
export async function listRoleModelChanges(
  sql: TenantSql,
  modelId: string,
  revision: number | undefined,
  page: { readonly size: number; readonly after?: RoleChangePosition | undefined },
): Promise<{
  readonly revision: number
  readonly changes: readonly StoredRoleChange[]
  readonly last: RoleChangePosition | undefined
}> {
  const { id, revision: newest } = await getRoleModel(sql, modelId)
  const asked = revision ?? page.after?.[1] ?? newest
  const rows = await sql<StoredRoleChange[]>`
    select number, kind, joined, departed as "left", covered, gained_keys as "gainedKeys", lost_keys as "lostKeys", causes
    from role_model_changes
    where model_id = ${id} and revision = ${asked} and number > ${page.after?.[0] ?? 0}
    order by number limit ${page.size + 1}`
  const changes = rows.slice(0, page.size)
  const end = rows.length > page.size ? changes.at(-1) : undefined
  return { revision: asked, changes, last: end && [end.number, asked] }
}
