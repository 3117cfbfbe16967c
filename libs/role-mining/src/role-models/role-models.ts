import { failedPrecondition, notFound } from '@assay/errors'
import type { StoredLeftOut } from '@assay/policies'
import type { RoleContribution, RoleModelFigures, RoleModelProgress } from '@assay/role-model'
import { asJson, isUuid, type TenantSql } from '@assay/store'
import type { ModelPolicies } from './model-policies.ts'
import type { StoredSettings } from './role-model-request.ts'

type RoleModelState = 'running' | 'completed' | 'failed'

/** The lower bound of the number of roles. */
interface StoredBound {
  readonly roles: number
  readonly incompatibleGrants: number
  readonly provenBySearch: number
  readonly kept: number
  readonly isFewest: boolean
  /** Absent when all phases were completed. */
  readonly cutPhase?: RoleModelProgress['phase']
}

/** The last revision of a model, and the changes of the data that it covered. Stored as JSON. */
export interface StoredRevision {
  readonly importId: string
  readonly joiners: number
  readonly movers: number
  readonly leavers: number
  readonly newEntitlements: number
  readonly rolesBefore: number
  readonly made: number
  readonly changed: number
  readonly dropped: number
  /** ISO 8601. */
  readonly revisedAt: string
}

/** A role model without its roles. */
export interface RoleModelRecord {
  readonly id: string
  readonly state: RoleModelState
  readonly createdBy: string
  readonly settings: StoredSettings
  readonly progress: RoleModelProgress | null
  readonly figures: RoleModelFigures | null
  readonly bound: StoredBound | null
  /** Empty until the model has completed. */
  readonly importId: string
  readonly errorMessage: string
  readonly createdAt: Date
  readonly endedAt: Date | null
  /** The number of revisions. */
  readonly revision: number
  /** Whether it is being revised; until the end its roles are the earlier ones. */
  readonly revising: boolean
  readonly lastRevision: StoredRevision | null
  /** Whether it is revised after each load. */
  readonly follows: boolean
}

/** A role by keys of the directory. */
export interface StoredRole {
  /** From 1. */
  readonly number: number
  readonly identityCount: number
  readonly entitlementKeys: readonly number[]
  readonly kept: boolean
  /** Null in models that were mined before this was counted, like `addedGrants`. */
  readonly soleGrants: number | null
  readonly addedGrants: number | null
}

/** The result of a worker. */
export interface MinedModel {
  readonly roles: readonly (RoleContribution & {
    /** Absent when the number of the role is its position. */
    readonly number?: number
    readonly identityKeys: readonly number[]
    readonly entitlementKeys: readonly number[]
    readonly kept: boolean
    readonly leftOut: readonly StoredLeftOut[]
  })[]
  readonly figures: RoleModelFigures
  readonly bound: StoredBound
  /** Grants of which no two fit into one role, as parallel lists. */
  readonly incompatible: { readonly identityKeys: readonly number[]; readonly entitlementKeys: readonly number[] }
  /** Undefined when no policy was in force. */
  readonly policies?: ModelPolicies | undefined
}

/** @throws not_found when no model has the id, or when the text is no UUID */
export async function getRoleModel(sql: TenantSql, id: string): Promise<RoleModelRecord> {
  const model = await findRoleModel(sql, id)
  if (model === undefined) throw notFound('role model', id)
  return model
}

export async function findRoleModel(sql: TenantSql, id: string): Promise<RoleModelRecord | undefined> {
  if (!isUuid(id)) return undefined
  const [model] = await sql<RoleModelRecord[]>`select ${modelColumns(sql)} from role_models where id = ${id}`
  return model
}

function modelColumns(sql: TenantSql) {
  return sql`id, state, created_by as "createdBy", settings, progress, figures, bound, import_id as "importId",
    error_message as "errorMessage", created_at as "createdAt", ended_at as "endedAt", revision, revising,
    last_revision as "lastRevision", follows`
}

/** The position at which a page of models ends: the time with all its digits, and the id. */
export type RoleModelsPosition = readonly [createdAt: string, id: string]

/** Newest first. */
export async function listRoleModels(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: RoleModelsPosition | undefined },
): Promise<{ models: RoleModelRecord[]; last: RoleModelsPosition | undefined }> {
  const { after } = page
  const rows = await sql<(RoleModelRecord & { position: string })[]>`
    select ${modelColumns(sql)}, created_at::text as position from role_models
    ${after === undefined ? sql`` : sql`where created_at < ${after[0]}::text::timestamptz or (created_at = ${after[0]}::text::timestamptz and id > ${after[1]}::uuid)`}
    order by created_at desc, id limit ${page.size + 1}`
  const models = rows.slice(0, page.size)
  const end = rows.length > page.size ? models.at(-1) : undefined
  return { models, last: end && [end.position, end.id] }
}

/** The number of the last role of a page. */
export type RoleModelPosition = readonly [number: number]

/** @throws not_found for the model */
export async function listRoleModelRoles(
  sql: TenantSql,
  id: string,
  page: { readonly size: number; readonly after?: RoleModelPosition | undefined },
): Promise<{ roles: StoredRole[]; last: RoleModelPosition | undefined }> {
  await getRoleModel(sql, id)
  const rows = await sql<StoredRole[]>`
    select number, cardinality(identity_keys) as "identityCount", entitlement_keys as "entitlementKeys", kept,
      sole_grants as "soleGrants", added_grants as "addedGrants"
    from role_model_roles where model_id = ${id} and number > ${page.after?.[0] ?? 0}
    order by number limit ${page.size + 1}`
  const roles = rows.slice(0, page.size)
  const end = rows.length > page.size ? roles.at(-1) : undefined
  return { roles, last: end && [end.number] }
}

/** The effect of policies on a model; undefined when no policy was in force, or when the model has not completed. @throws not_found */
export async function getModelPolicies(sql: TenantSql, id: string): Promise<ModelPolicies | undefined> {
  const { id: modelId } = await getRoleModel(sql, id)
  const [row] = await sql<{ policies: ModelPolicies | null }[]>`select policies from role_models where id = ${modelId}`
  return row?.policies ?? undefined
}

/** Keys of the identities of one role; empty for a role that does not exist. */
export async function roleIdentityKeys(sql: TenantSql, modelId: string, number: number): Promise<readonly number[]> {
  const [role] = await sql<{ keys: number[] }[]>`
    select identity_keys as keys from role_model_roles where model_id = ${modelId} and number = ${number}`
  return role?.keys ?? []
}

/** A role of a model with its people, by keys of the directory. */
interface ModelRoleContent {
  readonly model: RoleModelRecord
  readonly identityKeys: readonly number[]
  readonly entitlementKeys: readonly number[]
}

/** @throws not_found; failed_precondition for a model that has not completed */
export async function completedRoleModel(sql: TenantSql, modelId: string): Promise<RoleModelRecord> {
  const model = await getRoleModel(sql, modelId)
  if (model.state !== 'completed')
    throw failedPrecondition(`the role model "${model.id}" is ${model.state}; only a completed one has roles`)
  return model
}

/** @throws not_found for the model and for the role; failed_precondition for a model that has not completed */
export async function getRoleModelRole(sql: TenantSql, modelId: string, number: number): Promise<ModelRoleContent> {
  const model = await completedRoleModel(sql, modelId)
  const [role] = await sql<{ identityKeys: number[]; entitlementKeys: number[] }[]>`
    select identity_keys as "identityKeys", entitlement_keys as "entitlementKeys" from role_model_roles
    where model_id = ${model.id} and number = ${number}`
  if (role === undefined) throw notFound(`role of the role model "${model.id}"`, String(number))
  return { model, ...role }
}

/** It has no effect on a model that has ended. */
export async function reportModelProgress(sql: TenantSql, id: string, progress: RoleModelProgress): Promise<void> {
  await sql`
    update role_models set progress = ${asJson(sql, progress)}
    where id = ${id} and (state = 'running' or revising)`
}

/** Completes a running model with its roles. It has no effect on a model that another worker has ended meanwhile. */
export async function completeRoleModel(
  sql: TenantSql,
  tenantId: number,
  id: string,
  importId: string,
  model: MinedModel,
): Promise<void> {
  const [ended] = await sql`
    update role_models set state = 'completed', ${resultOf(sql, importId, model)}, ended_at = now()
    where id = ${id} and state = 'running' returning id`
  if (ended !== undefined) await storeRoles(sql, tenantId, id, model)
}

/** The columns of `role_models` that have the result of mining. */
export function resultOf(
  sql: TenantSql,
  importId: string,
  { roles, figures, bound, incompatible, policies }: MinedModel,
) {
  const last = roles.reduce((most, { number }, index) => Math.max(most, number ?? index + 1), 0)
  return sql`figures = ${asJson(sql, figures)}, bound = ${asJson(sql, bound)},
    policies = ${policies === undefined ? null : asJson(sql, policies)}, import_id = ${importId},
    incompatible_identity_keys = ${[...incompatible.identityKeys]}::integer[],
    incompatible_entitlement_keys = ${[...incompatible.entitlementKeys]}::integer[],
    last_role_number = greatest(last_role_number, ${last}::integer)`
}

export async function storeRoles(sql: TenantSql, tenantId: number, id: string, { roles }: MinedModel): Promise<void> {
  for (const [
    index,
    { number = index + 1, identityKeys, entitlementKeys, kept, leftOut, soleGrants, addedGrants },
  ] of roles.entries()) {
    await sql`
      insert into role_model_roles (tenant_id, model_id, number, identity_keys, entitlement_keys, kept, left_out,
        sole_grants, added_grants)
      values (${tenantId}, ${id}, ${number}, ${[...identityKeys]}::integer[], ${[...entitlementKeys]}::integer[],
        ${kept}, ${asJson(sql, leftOut)}, ${soleGrants}, ${addedGrants})`
  }
}

/** Ends a running model that cannot be mined, or the revision of a model; people see the `message`. */
export async function failRoleModel(sql: TenantSql, id: string, message: string): Promise<void> {
  await sql`
    update role_models set state = case state when 'running' then 'failed' else state end, revising = false,
      error_message = ${message}, ended_at = case state when 'running' then now() else ended_at end
    where id = ${id} and (state = 'running' or revising)`
}
