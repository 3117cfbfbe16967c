import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { generateOrganisation } from '@assay/sample-org'
import { createClient } from '@connectrpc/connect'
import { expect, vi } from 'vitest'
import { grpc, importFiles, startTestPlatform, type TestPlatform } from './platform.ts'
import { filesOf } from './sample.ts'

/** A platform whose tenant `local` has one object of each kind, and where no job is running or waiting. */
export interface FurnishedPlatform extends TestPlatform {
  /** The token of an administrator of the tenant `local`. */
  readonly admin: string
  readonly ids: {
    readonly import: string
    readonly identity: string
    readonly application: string
    readonly entitlement: string
    /** An open suggestion. */
    readonly suggestion: string
    /** A suggestion that was accepted as `profile`. */
    readonly accepted: string
    readonly profile: string
    readonly task: string
  }
}

/** @param start starts a separate platform; by default the file uses the platform of the run */
export async function startFurnishedPlatform(
  start: () => Promise<TestPlatform> = startTestPlatform,
): Promise<FurnishedPlatform> {
  const platform = await start()
  try {
    return { ...platform, ...(await furnish(platform)) }
  } catch (error) {
    await platform.stop()
    throw error
  }
}

async function furnish(platform: TestPlatform): Promise<Pick<FurnishedPlatform, 'admin' | 'ids'>> {
  const admin = await platform.token('admin')
  const transport = grpc(platform.baseUrl, admin)
  const mining = createClient(RoleMiningManagementService, transport)
  const profiles = createClient(ProfileService, transport)
  const organisation = generateOrganisation({ seed: 4, identityCount: 200 })
  const imported = await importFiles(platform.baseUrl, admin, filesOf(organisation))
  await settled(platform)
  const [first, second] = (await mining.listSuggestions({})).list
  const make = (suggestion: typeof first, options: { createTasks: boolean; suggestionId?: string }) =>
    mining.createAccessProfileFromCohort({
      displayName: suggestion!.suggestedName,
      profileFilters: suggestion!.cohortFilters,
      entitlements: suggestion!.entitlements,
      enableAutomation: true,
      ...options,
    })
  const { accessProfileId } = await make(first, { createTasks: false, suggestionId: first!.id })
  await make(second, { createTasks: true })
  const { pendingTasks } = await profiles.listPendingTasks({ pageSize: 1 })
  const [entitlement] = first!.entitlements
  return {
    admin,
    ids: {
      import: imported.id,
      identity: organisation.identities[0]!.id,
      application: entitlement!.appId,
      entitlement: entitlement!.entitlementId,
      suggestion: second!.id,
      accepted: first!.id,
      profile: accessProfileId,
      task: pendingTasks[0]!.id,
    },
  }
}

/** Waits until every queued job has ended; on a shared platform, only jobs of the tenants of the file. */
export async function settled({ db, tenants }: Pick<TestPlatform, 'db' | 'tenants'>): Promise<void> {
  const { sql } = db.owner
  const openJobs = async () => {
    const { count } = (
      await sql<{ count: number }[]>`
      select count(*)::integer as count from pgboss.job where state in ('created', 'retry', 'active')
        -- Those come a minute after an import, and when a receiver is tried again.
        and name not in ('replaced-grants', 'webhook-delivery') ${tenants ? sql`and data ->> 'tenantId' = any(${[...tenants].map(String)})` : sql``}`
    )[0]!
    return count
  }
  await vi.waitFor(async () => expect(await openJobs()).toBe(0), { timeout: 300_000, interval: 50 })
}
