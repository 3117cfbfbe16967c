import { failedPrecondition } from '@assay/errors'
import {
  type ErasedPerson,
  erased,
  mentionsPerson,
  textMentionsPerson,
  textWithoutPerson,
  withoutPerson,
} from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Finds the person to erase by the id; the identity may be unknown. Called by the owner of the schema.
 * @throws failed_precondition when the identity is in the load in force, since the next load would bring the data back
 */
export async function personToErase(sql: TenantSql, tenantId: number, id: string): Promise<ErasedPerson> {
  const [row] = await sql<{ key: number; status: string; names: string[] }[]>`
    select key, status, array[display_name, email, username] as names from identities
    where tenant_id = ${tenantId} and id = ${id}`
  if (row === undefined) return { id, key: undefined, names: [] }
  if (row.status !== 'deleted') {
    throw failedPrecondition(
      `identity "${id}" is in the load in force; remove it from its source, load the source again, then erase the identity`,
    )
  }
  return { id, key: row.key, names: [...new Set(row.names)].filter((name) => name !== '' && name !== id) }
}

/** Erases a person from the directory: the rest of the identity, its accounts, its usage, and faults of imports that mention it. */
export async function eraseFromDirectory(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const { id, key } = person
  let count = 0
  if (key !== undefined) {
    // The key stays: other lists refer to it, and it says nothing about the person.
    const identity = await sql`
      update identities set id = ${`${erased}-`} || key, display_name = ${erased}, email = '', username = '', department = '',
        job_title = '', manager_id = '', employment_type = '', employment_status = '', attributes = '{}',
        name_order = ${erased}, email_order = ''
      where tenant_id = ${tenantId} and key = ${key}`
    const accounts = await sql`delete from accounts where tenant_id = ${tenantId} and identity_key = ${key}`
    const usage = await sql`delete from usage where tenant_id = ${tenantId} and identity_key = ${key}`
    const months = await sql`delete from usage_by_month where tenant_id = ${tenantId} and identity_key = ${key}`
    count += identity.count + accounts.count + usage.count + months.count
  }
  // Snapshots of former loads contain attributes of people, such as their managers.
  const former = await sql`
    delete from snapshot_chunks where tenant_id = ${tenantId}
      and import_id <> (select import_id from snapshots where tenant_id = ${tenantId})`
  const managed = await sql`
    update identities set manager_id = '' where tenant_id = ${tenantId} and manager_id = ${id} and status = 'deleted'`
  const imports = await sql`
    update imports set errors = ${withoutPerson(sql, sql`errors`, person)}::jsonb,
      error_message = ${textWithoutPerson(sql, sql`error_message`, person)},
      created_by = case when created_by = ${id} then ${erased} else created_by end
    where tenant_id = ${tenantId} and (created_by = ${id} or ${mentionsPerson(sql, sql`errors`, person)}
      or ${textMentionsPerson(sql, sql`error_message`, person)})`
  // A scope of the people below the erased person has no members afterwards.
  const scopes = await sql`
    update reader_scopes set conditions = ${withoutPerson(sql, sql`conditions`, person)}::jsonb, data_version = ''
    where tenant_id = ${tenantId} and ${mentionsPerson(sql, sql`conditions`, person)}`
  return count + former.count + managed.count + imports.count + scopes.count
}
