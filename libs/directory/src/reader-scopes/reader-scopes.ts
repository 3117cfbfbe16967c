import { randomUUID } from 'node:crypto'
import { invalidArgument, permissionDenied } from '@assay/errors'
import { onlyRow, type TenantSql } from '@assay/store'
import { snapshotVersion } from '../snapshot/snapshot-format.ts'
import { checkScope, peopleOfScope, type ScopeConditions } from './scope-conditions.ts'

/** A scope with its members computed for some access data. */
interface SettledScope {
  /** Changes whenever the members of the scope change. */
  readonly revision: number
  /** Whether the members were computed for the data in force. */
  readonly isCurrent: boolean
}

/**
 * Creates a scope, or changes the scope with the id. Works as the owner of the database and as a service.
 * @returns the scope's id, and the number of its people in the data in force
 * @throws invalid_argument, see `checkScope`; also for a scope without people, unless there are no data yet
 */
export async function putReaderScope(
  sql: TenantSql,
  tenantId: number,
  scopeId: string | undefined,
  conditions: ScopeConditions,
): Promise<{ readonly id: string; readonly people: number }> {
  await checkScope(sql, tenantId, conditions)
  const { people, inForce } = onlyRow(
    await sql<{ people: number; inForce: boolean }[]>`
    select exists (select from snapshots where tenant_id = ${tenantId}) as "inForce",
      (select count(*)::integer from identities where tenant_id = ${tenantId} and status <> 'deleted'
        and key in ${peopleOfScope(sql, tenantId, conditions)}) as people`,
  )
  if (inForce && people === 0)
    throw invalidArgument('scope', 'matches no person in the data in force: nobody meets all its conditions')
  const id = scopeId ?? randomUUID()
  await sql`
    insert into reader_scopes (tenant_id, id, conditions)
    values (${tenantId}, ${id}, ${JSON.stringify(conditions)}::text::jsonb)
    on conflict (tenant_id, id) do update set conditions = excluded.conditions, data_version = ''`
  return { id, people }
}

/** Works as the owner of the database and as a service. Calling it twice has the same effect as calling it once. */
export async function removeReaderScope(sql: TenantSql, tenantId: number, scopeId: string): Promise<void> {
  await sql`delete from reader_scopes where tenant_id = ${tenantId} and id = ${scopeId}`
}

/** By id. Works as the owner of the database and as a service. */
export async function readerScopes(sql: TenantSql, tenantId: number): Promise<ReadonlyMap<string, ScopeConditions>> {
  const rows = await sql<{ id: string; conditions: ScopeConditions }[]>`
    select id, conditions from reader_scopes where tenant_id = ${tenantId}`
  return new Map(rows.map(({ id, conditions }) => [id, conditions]))
}

/** @throws permission_denied for a scope that no longer exists, since it cannot say whom its reader may see */
export async function settledScope(sql: TenantSql, scopeId: string): Promise<SettledScope> {
  const version = await snapshotVersion(sql)
  const [scope] = await sql<{ revision: number; dataVersion: string }[]>`
    select revision, data_version as "dataVersion" from reader_scopes where id = ${scopeId}`
  if (scope === undefined) {
    throw permissionDenied('The reader scope of this client was taken away a moment ago; try again in a minute', {
      reason: 'BOUNDED_READER',
    })
  }
  return {
    revision: scope.revision,
    isCurrent: version === undefined || scope.dataVersion === version,
  }
}

/** A text that changes with the data in force and with the members of the scope. The bounded reader calls it. */
export async function scopeState(sql: TenantSql, scopeId: string): Promise<string> {
  const [row] = await sql<{ state: string }[]>`
    select concat_ws('/', (select concat_ws('/', import_id::text, xmin::text) from snapshots),
      (select concat_ws('/', revision, data_version) from reader_scopes where id = ${scopeId})) as state`
  return row?.state ?? ''
}

/**
 * Computes the members of a scope for the data in force, unless that is done. Needs a transaction of the tenant that is not
 * bounded. Concurrent calls for the scope wait.
 * @returns whether this call computed them
 */
export async function settleScope(sql: TenantSql, tenantId: number, scopeId: string): Promise<boolean> {
  const [scope] = await sql<{ conditions: ScopeConditions; dataVersion: string }[]>`
    select conditions, data_version as "dataVersion" from reader_scopes where id = ${scopeId} for update`
  const version = await snapshotVersion(sql)
  if (scope === undefined || version === undefined || scope.dataVersion === version) return false
  const { applicationIds } = scope.conditions
  await sql`delete from scope_identities where scope_id = ${scopeId}`
  await sql`delete from scope_applications where scope_id = ${scopeId}`
  await sql`
    insert into scope_identities (tenant_id, scope_id, identity_key)
    select ${tenantId}::integer, ${scopeId}::uuid, person.key from ${peopleOfScope(sql, tenantId, scope.conditions)} person`
  await sql`
    insert into scope_applications (tenant_id, scope_id, application_key)
    select ${tenantId}::integer, ${scopeId}::uuid, key from applications
    ${applicationIds.length === 0 ? sql`` : sql`where id = any(${[...applicationIds]}::text[])`}`
  await sql`
    update reader_scopes set data_version = ${version}, revision = revision + 1 where id = ${scopeId}`
  return true
}

/** Locks the revision of a scope until the transaction ends; undefined for a scope that no longer exists. */
export async function lockSettledScope(sql: TenantSql, scopeId: string): Promise<number | undefined> {
  const [scope] = await sql<{ revision: number }[]>`select revision from reader_scopes where id = ${scopeId} for share`
  return scope?.revision
}

/** The members of a scope when they were computed last: keys, ascending. */
export interface ScopeKeys {
  readonly revision: number
  readonly people: Int32Array
  readonly applications: Int32Array
  /** False: the scope includes all applications. */
  readonly boundsApplications: boolean
  readonly conditions: ScopeConditions
}

/**
 * For a transaction that is not bounded; undefined for a scope that no longer exists. One statement, so that all values have one
 * revision.
 */
export async function keysOfScope(sql: TenantSql, scopeId: string): Promise<ScopeKeys | undefined> {
  const [row] = await sql<
    {
      revision: number
      people: number[]
      applications: number[]
      boundsApplications: boolean
      conditions: ScopeConditions
    }[]
  >`
    select revision, conditions, jsonb_array_length(conditions -> 'applicationIds') > 0 as "boundsApplications",
      array(select identity_key from scope_identities where scope_id = ${scopeId} order by 1) as people,
      array(select application_key from scope_applications where scope_id = ${scopeId} order by 1) as applications
    from reader_scopes where id = ${scopeId}`
  return row && { ...row, people: Int32Array.from(row.people), applications: Int32Array.from(row.applications) }
}
