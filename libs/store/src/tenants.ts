import { alreadyExists, failedPrecondition, invalidArgument, permissionDenied } from '@assay/errors'
import type { Sql, TenantSql } from './handles.ts'
import { onlyRow } from './only-row.ts'
import { withDomainErrors } from './postgres-errors.ts'
import { inTenant } from './tenant-scope.ts'

export interface Tenant {
  readonly tenantId: number
  readonly name: string
}

/** `suspended` and `deleting`: clients are refused, and queued work waits. */
type TenantState = 'active' | 'suspended' | 'deleting'

export interface TenantDetails extends Tenant {
  readonly state: TenantState
  /** The time since which the tenant is in this state. */
  readonly stateSince: Date
  /** The time when its rows are removed; undefined unless it is `deleting`. */
  readonly deleteAfter: Date | undefined
}

/**
 * Creates a tenant; only the owner of the schema may. The name is unique in the installation and has 1 to 100 characters after trimming.
 * @throws invalid_argument for another name, already_exists for one that is taken
 */
export async function createTenant(ownerSql: Sql, name: string): Promise<Tenant> {
  const trimmed = name.trim()
  if (trimmed === '') throw invalidArgument('name', 'must not be empty')
  // Control characters would break the lines of lists and logs; PostgreSQL cannot store U+0000.
  const control = /\p{Cc}/u.exec(trimmed)?.[0].codePointAt(0)
  if (control !== undefined) {
    const code = control.toString(16).toUpperCase().padStart(4, '0')
    throw invalidArgument('name', `must not contain the character U+${code}`)
  }
  const tenant = onlyRow(
    await withDomainErrors(
      ownerSql<Tenant[]>`insert into tenants (name) values (${trimmed}) returning tenant_id as "tenantId", name`,
      {
        tenants_name_key: (cause) => alreadyExists(`A tenant named "${trimmed}" exists already`, { cause }),
        tenants_name_length: (cause) => invalidArgument('name', 'must have at most 100 characters', { cause }),
      },
    ),
  )
  return { tenantId: tenant.tenantId, name: tenant.name }
}

/** The tenant with a name; undefined for an unknown one. It needs the owner of the schema. */
export async function findTenant(ownerSql: Sql, name: string): Promise<Tenant | undefined> {
  const [tenant] = await ownerSql<Tenant[]>`select tenant_id as "tenantId", name from tenants where name = ${name}`
  return tenant
}

/** All tenants, oldest first. It needs the owner of the schema. */
export async function listTenants(ownerSql: Sql): Promise<TenantDetails[]> {
  const rows = await ownerSql<(Omit<TenantDetails, 'deleteAfter'> & { deleteAfter: Date | null })[]>`
    select tenant_id as "tenantId", name, state, state_since as "stateSince", delete_after as "deleteAfter"
    from tenants order by tenant_id`
  return rows.map((row) => ({ ...row, deleteAfter: row.deleteAfter ?? undefined }))
}

/**
 * Refuses the tenant's clients from now on (a token that was verified within the last minute is valid until that minute ends). It runs in
 * the transaction of the owner that also holds the tenant's jobs. A suspended tenant stays suspended.
 * @throws failed_precondition for a tenant that is being deleted, since a suspension would end the deletion
 */
export async function suspendTenant(ownerSql: TenantSql, { tenantId, name }: Tenant): Promise<void> {
  const suspended = await ownerSql`
    update tenants set state = 'suspended', state_since = case state when 'active' then now() else state_since end
    where tenant_id = ${tenantId} and state <> 'deleting'`
  if (suspended.count === 0) {
    throw failedPrecondition(`The tenant "${name}" is being deleted; resume it first`, { reason: 'TENANT_DELETING' })
  }
}

/** Serves the tenant again; it also ends a deletion during its grace time. It runs in the owner's transaction. */
export async function resumeTenant(ownerSql: TenantSql, { tenantId, name }: Tenant): Promise<void> {
  const resumed = await ownerSql`
    update tenants
    set state = 'active', delete_after = null, state_since = case state when 'active' then state_since else now() end
    where tenant_id = ${tenantId} and (delete_after is null or delete_after > now())`
  if (resumed.count === 0) {
    const message = `The grace time of the tenant "${name}" is over, and its rows are being removed`
    throw failedPrecondition(message, { reason: 'TENANT_DELETING' })
  }
}

/**
 * Suspends the tenant; its rows are removed after the grace time. For a tenant that is already being deleted, the time begins again. It
 * runs in the owner's transaction. @returns the time of the removal
 */
export async function deleteTenant(ownerSql: TenantSql, { tenantId }: Tenant, graceDays: number): Promise<Date> {
  const row = onlyRow(
    await ownerSql<{ deleteAfter: Date }[]>`
    update tenants set state = 'deleting', state_since = now(), delete_after = now() + make_interval(days => ${graceDays}::integer)
    where tenant_id = ${tenantId} returning delete_after as "deleteAfter"`,
  )
  return row.deleteAfter
}

/** Passes if the tenant is active. It runs as a service. @throws permission_denied (TENANT_SUSPENDED) if it is not */
export async function requireActiveTenant(sql: Sql, { tenantId, name }: Tenant): Promise<void> {
  const [row] = await inTenant(sql, tenantId, (scoped) => scoped<{ state: TenantState }[]>`select state from tenants`)
  if (row?.state === 'active') return
  const message = `The tenant "${name}" is suspended: its clients are not served until its operator resumes it`
  throw permissionDenied(message, { reason: 'TENANT_SUSPENDED' })
}

/** The name of the tenant to which a transaction is limited. */
export async function tenantName(sql: TenantSql): Promise<string> {
  const [row] = await sql<{ name: string }[]>`select name from tenants`
  if (row === undefined) throw new Error('the transaction is scoped to no tenant')
  return row.name
}
