import { findTenant, type Sql } from '@assay/store'

/** @throws Error for an unknown tenant */
export async function tenantNamed(sql: Sql, name: string): Promise<number> {
  const tenant = await findTenant(sql, name)
  if (tenant === undefined) throw new Error(`There is no tenant "${name}"`)
  return tenant.tenantId
}
