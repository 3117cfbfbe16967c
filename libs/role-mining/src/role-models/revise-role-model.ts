import { randomUUID } from 'node:crypto'
import { DomainError, failedPrecondition, resourceExhausted } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import { inTenant, onlyRow, type Sql, type TenantSql } from '@assay/store'
import { roleModelQueue } from '../queues.ts'
import type { StoredSettings } from './role-model-request.ts'
import { getRoleModel, type RoleModelRecord } from './role-models.ts'

/** The most models that follow the data. Each of them is revised after each load. */
const mostFollowing = 5
/** Prevents that one tenant fills the queue for hours. */
const mostRevising = 5

/**
 * Starts to revise an exact model for the access data in force. The revision and its job are written in the caller's transaction. A model
 * that is being revised is not revised a second time.
 * @param follows whether the model is revised after each load from now on; undefined does not change that
 * @throws not_found; failed_precondition for a model that has not completed, is not exact, or has constraints; resource_exhausted when too
 * many of the tenant's models are being revised, or follow the data
 */
export async function reviseRoleModel(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  modelId: string,
  follows?: boolean,
): Promise<RoleModelRecord> {
  const model = await getRoleModel(sql, modelId)
  requireExact(model)
  if (follows !== undefined && follows !== model.follows) await setFollowing(sql, model.id, follows)
  if (model.revising) return getRoleModel(sql, model.id)
  await requireRoom(sql)
  const { count } = await sql`
    update role_models set revising = true, progress = null, error_message = '' where id = ${model.id} and not revising`
  if (count === 0) return getRoleModel(sql, model.id)
  await recordEntry(sql, {
    kind: 'model.revise',
    subject: { type: 'model', id: model.id },
    before: { revision: model.revision, importId: model.importId },
  })
  // An earlier job of the model may not have ended yet, although its work has.
  await jobs.enqueue(sql, roleModelQueue, { tenantId, modelId: model.id }, `${model.id}/${randomUUID()}`)
  return getRoleModel(sql, model.id)
}

async function requireRoom(sql: TenantSql): Promise<void> {
  const { revising } = onlyRow(
    await sql<{ revising: number }[]>`
    select count(*)::integer as revising from role_models where revising`,
  )
  if (revising < mostRevising) return
  throw resourceExhausted(`${revising} role models are being revised already; wait until one has ended`, {
    reason: 'TOO_MANY_ROLE_MODELS',
    retryAfterMs: 10_000,
  })
}

/** The errors that prevent a revision for now, or because the model was deleted or replaced. */
const refusals: ReadonlySet<DomainError['kind']> = new Set(['failed_precondition', 'not_found', 'resource_exhausted'])

/** Like `reviseRoleModel`, for a model that follows the data. A refused revision is tried again after the next load. */
export async function reviseFollowing(
  sql: Sql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  modelId: string,
): Promise<void> {
  try {
    await inTenant(sql, tenantId, (scoped) => reviseRoleModel(scoped, jobs, tenantId, modelId))
  } catch (error) {
    if (!(error instanceof DomainError) || !refusals.has(error.kind)) throw error
  }
}

/** Ids of the models that follow loads and belong to another import. */
export async function modelsBehind(sql: TenantSql, importId: string): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from role_models
    where follows and state = 'completed' and not revising and import_id <> ${importId} order by created_at, id`
  return rows.map(({ id }) => id)
}

async function setFollowing(sql: TenantSql, id: string, follows: boolean): Promise<void> {
  const { others } = onlyRow(
    await sql<{ others: number }[]>`
    select count(*)::integer as others from role_models where follows and id <> ${id}`,
  )
  if (follows && others >= mostFollowing) {
    throw resourceExhausted(
      `${others} role models follow the data already; revise one of them with follow set to false`,
      {
        reason: 'TOO_MANY_ROLE_MODELS',
      },
    )
  }
  await sql`update role_models set follows = ${follows} where id = ${id}`
  await recordEntry(sql, { kind: 'model.revise', subject: { type: 'model', id }, after: { follows } })
}

function requireExact({ id, state, figures, settings }: RoleModelRecord): void {
  if (state !== 'completed')
    throw failedPrecondition(`the role model "${id}" is ${state}; only a completed one is revised`)
  if (hasConstraints(settings)) {
    throw failedPrecondition(
      `the role model "${id}" has constraints, and a revision does not observe them; mine another model`,
    )
  }
  if (figures === null || figures.missing + figures.added > 0) {
    throw failedPrecondition(
      `the role model "${id}" does not give the access exactly (${figures?.missing} missing, ${figures?.added} added), so it cannot be revised; mine another model`,
    )
  }
}

function hasConstraints({ limits, forbiddenPairs, keptRoles }: StoredSettings): boolean {
  const isLimited = Object.values(limits).some((limit) => limit !== undefined && limit !== null)
  return isLimited || forbiddenPairs.length > 0 || keptRoles.length > 0
}
