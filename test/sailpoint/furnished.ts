import { createApiClient, type Role } from '@assay/auth'
import { sailpoint } from '@assay/dialects'
import { generateOrganisation, type Organisation } from '@assay/sample-org'
import { settled } from '../platform/furnished.ts'
import { importFiles, joinTestPlatform, type TestPlatform } from '../platform/platform.ts'
import { filesOf } from '../platform/sample.ts'

/** The configuration of a client of SailPoint's SDKs. */
export interface SailpointClient {
  readonly clientId: string
  readonly clientSecret: string
}

/** The platform of the run. The tenant `local` of the file has an organisation, and one session over all of it by automatic discovery. */
export interface SailpointPlatform extends TestPlatform {
  readonly organisation: Organisation
  /** Makes a client of the tenant `local`, or of another one. */
  client(options?: { role?: Role; scopes?: string[]; tenant?: string; identityId?: string }): Promise<SailpointClient>
  /** Waits until every job that was queued has ended. */
  settled(): Promise<void>
}

export async function startSailpointPlatform(identityCount = 300): Promise<SailpointPlatform> {
  const platform = await joinTestPlatform()
  try {
    // Usage until today, because usage that ended a month ago is not shown as current.
    const asOf = new Date().toISOString().slice(0, 10)
    const organisation = generateOrganisation({ seed: 4, identityCount, asOf })
    await importFiles(platform.baseUrl, await platform.token('admin'), withAttributes(filesOf(organisation)))
    await settled(platform)
    return {
      ...platform,
      organisation,
      settled: () => settled(platform),
      async client({ role = 'admin', scopes, tenant = 'local', identityId } = {}) {
        return createApiClient(platform.db.owner.sql, {
          tenantId: await platform.tenantId(tenant),
          dialect: sailpoint.clients,
          role,
          displayName: `Test ${role}`,
          ...(scopes !== undefined && { scopes }),
          ...(identityId !== undefined && { identityId }),
        })
      },
    }
  } catch (error) {
    await platform.stop()
    throw error
  }
}

/** Every entitlement comes from the attribute `groups` of its accounts; the sample data do not say so. */
function withAttributes(files: Record<string, string>): Record<string, string> {
  const [header = '', ...rows] = (files['entitlements.csv'] ?? '').trimEnd().split('\n')
  const lines = [`${header.trimEnd()},attribute`, ...rows.map((row) => `${row.trimEnd()},groups`)]
  return { ...files, 'entitlements.csv': lines.join('\n') }
}
