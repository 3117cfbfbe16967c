import { createApiClient, type Role } from '@assay/auth'
import { conductorone } from '@assay/dialects'
import type { ScopeConditions } from '@assay/directory'
import { bindClientToScope } from '@assay/role-mining'
import { generateOrganisation, type Organisation } from '@assay/sample-org'
import { inTenant } from '@assay/store'
import type { Transport } from '@connectrpc/connect'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { grpc, type TestPlatform } from '../platform/platform.ts'
import type { AccessPlatform } from './furnished.ts'

/** The access data of the furnished platform. */
export const organisation = generateOrganisation({ seed: 4, identityCount: 200 })

/** A slow and simple check: whether the filters select people, and only people of one department. */
export function isInside(filters: readonly { attribute: string; values: string[] }[], department: string): boolean {
  const people = organisation.identities.filter(
    (one) =>
      one.status === 'enabled' &&
      one.type === 'human' &&
      filters.every(({ attribute, values }) => values.includes(attributeOf(one, attribute))),
  )
  return people.length > 0 && people.every((one) => one.department === department)
}

function attributeOf(one: Organisation['identities'][number], attribute: string): string {
  const values: Record<string, string> = {
    ...one.attributes,
    department: one.department,
    job_title: one.jobTitle,
    manager: one.managerId,
    employment_type: one.employmentType,
    employment_status: one.employmentStatus,
    directory_status: one.status,
  }
  return values[attribute] ?? ''
}

/** A new client of the tenant `local` with a scope. */
async function boundClient(
  platform: TestPlatform,
  role: Role,
  conditions: ScopeConditions,
): Promise<{ readonly clientId: string; readonly token: string }> {
  const tenantId = await platform.tenantId()
  const client = await createApiClient(platform.db.owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role,
    displayName: `Bound ${role}`,
    host: '127.0.0.1',
  })
  await inTenant(platform.db.owner.sql, tenantId, (sql) =>
    bindClientToScope(sql, tenantId, client.clientId, conditions),
  )
  return { clientId: client.clientId, token: await fetchToken(platform.baseUrl, client) }
}

/** A department that the reader sees completely. */
export interface BoundedPlatform {
  readonly department: string
  /** The token of a reviewer who sees the department, in all applications of the organisation. */
  readonly reviewer: Transport
  readonly reviewerToken: string
}

export async function boundDepartment(platform: AccessPlatform, department: string): Promise<BoundedPlatform> {
  const applicationIds = organisation.applications.map(({ id }) => id)
  const filters = [{ attribute: 'department', values: [department] }]
  const { token } = await boundClient(platform, 'reviewer', { filters, applicationIds })
  return {
    department,
    reviewer: grpc(platform.baseUrl, token),
    reviewerToken: token,
  }
}
