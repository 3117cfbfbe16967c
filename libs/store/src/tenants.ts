import { alreadyExists, invalidArgument } from '@assay/errors'
import type { Sql } from './database.ts'
import { withDomainErrors } from './postgres-errors.ts'

export interface Tenant {
  readonly tenantId: number
  readonly name: string
}

/**
 * Makes a tenant; only the owner of the schema may. The name is unique in the installation, 1 to 100 characters after
 * trimming: `invalid_argument` otherwise, `already_exists` when it is taken.
 */
export async function createTenant(ownerSql: Sql, name: string): Promise<Tenant> {
  const trimmed = name.trim()
  if (trimmed === '') throw invalidArgument('name', 'must not be empty')
  if (trimmed.includes('\0')) throw invalidArgument('name', 'must not contain the character U+0000')
  const [tenant] = await withDomainErrors(
    ownerSql<Tenant[]>`insert into tenants (name) values (${trimmed}) returning tenant_id as "tenantId", name`,
    {
      tenants_name_key: (cause) => alreadyExists(`A tenant named "${trimmed}" exists already`, { cause }),
      tenants_name_length: (cause) => invalidArgument('name', 'must have at most 100 characters', { cause }),
    },
  )
  return { tenantId: tenant.tenantId, name: tenant.name }
}

/** The tenant of a name; undefined when there is none. For the owner of the schema. */
export async function findTenant(ownerSql: Sql, name: string): Promise<Tenant | undefined> {
  const [tenant] = await ownerSql<Tenant[]>`select tenant_id as "tenantId", name from tenants where name = ${name}`
  return tenant
}
