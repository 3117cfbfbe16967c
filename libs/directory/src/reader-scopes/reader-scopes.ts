import { randomUUID } from 'node:crypto'
import { invalidArgument, permissionDenied } from '@assay/errors'
import { onlyRow, type TenantSql } from '@assay/store'
import { snapshotVersion } from '../snapshot/snapshot-format.ts'
import { checkScope, peopleOfScope, type ScopeConditions } from './scope-conditions.ts'

/** A scope as it was settled for the data in force. */
interface SettledScope {
  /** Tells what it bounds now from what it bounded before. */
  readonly revision: number
  /** Whether the data in force are those it was settled for. */
  readonly isCurrent: boolean
}

/**
 * Makes a scope, or changes the one with the id. Works as the owner of the database and as a service.
 * @returns the scope's id, and how many people it has in the data in force
 * @throws invalid_argument, see `checkScope`; also for a scope that nobody is in, unless there are no data yet
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

/** Works as the owner of the database and as a service. Twice is once. */
export async function removeReaderScope(sql: TenantSql, tenantId: number, scopeId: string): Promise<void> {
  await sql`delete from reader_scopes where tenant_id = ${tenantId} and id = ${scopeId}`
}

/** By id. Works as the owner of the database and as a service. */
export async function readerScopes(sql: TenantSql, tenantId: number): Promise<ReadonlyMap<string, ScopeConditions>> {
  const rows = await sql<{ id: string; conditions: ScopeConditions }[]>`
    select id, conditions from reader_scopes where tenant_id = ${tenantId}`
  return new Map(rows.map(({ id, conditions }) => [id, conditions]))
}

/** @throws permission_denied for a scope that is gone, which says nothing about whom its reader may see */
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

/** Tells the data in force and whom the scope means in them from what was before; asked by the bounded reader. */
export async function scopeState(sql: TenantSql, scopeId: string): Promise<string> {
  const [row] = await sql<{ state: string }[]>`
    select concat_ws('/', (select concat_ws('/', import_id::text, xmin::text) from snapshots),
      (select concat_ws('/', revision, data_version) from reader_scopes where id = ${scopeId})) as state`
  return row?.state ?? ''
}

/**
 * Settles for the data in force whom a scope means, unless that is done: in a transaction of the tenant that is not bounded. Others
 * who ask for it wait.
 * @returns whether it was not done yet
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

/** The revision of a scope, which stays until the transaction ends; undefined for one that is gone. */
export async function lockSettledScope(sql: TenantSql, scopeId: string): Promise<number | undefined> {
  const [scope] = await sql<{ revision: number }[]>`select revision from reader_scopes where id = ${scopeId} for share`
  return scope?.revision
}

/** A scope as it was settled last: keys, ascending. */
export interface ScopeKeys {
  readonly revision: number
  readonly people: Int32Array
  readonly applications: Int32Array
  /** False: all applications are of the scope. */
  readonly boundsApplications: boolean
  readonly conditions: ScopeConditions
}

/** In a transaction that is not bounded; undefined for a scope that is gone. One statement, so that all is of one revision. */
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
