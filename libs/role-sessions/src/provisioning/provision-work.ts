import { type EntitlementReference, entitlementReferences, identityIds } from '@assay/directory'
import { defineWork } from '@assay/jobs'
import { type Fragment, inTenant, type Sql, type TenantSql } from '@assay/store'
import { provisionQueue } from '../queues.ts'

import type { StoredProvision } from './request-provision.ts'

/** An access profile to create, by the customer's ids. */
export interface WantedProfile {
  readonly name: string
  readonly description: string
  readonly ownerId: string
  readonly entitlements: readonly EntitlementReference[]
  readonly memberIds: readonly string[]
  readonly requestedBy: string
  /** Two calls with the same id create one profile. */
  readonly requestId: string
}

export interface ProvisionTools {
  readonly sql: Sql
  /** Creates the profile and returns its id. A second call after a fault continues the first one. */
  readonly makeProfile: (tenantId: number, profile: WantedProfile, signal: AbortSignal) => Promise<string>
}

interface ProvisionJob {
  readonly tenantId: number
  readonly potentialRoleId: string
}

interface ProvisionTask extends ProvisionJob {
  readonly wanted: WantedProfile
}

/** The job that creates the access profile of a potential role. A second attempt finds the profile of the first. */
export function provisionWork({ sql, makeProfile }: ProvisionTools) {
  const settle = (job: ProvisionJob, change: (sql: TenantSql) => Fragment) =>
    inTenant(sql, job.tenantId, async (scoped) => {
      await scoped`
        update potential_roles set ${change(scoped)}, modified_at = now()
        where id = ${job.potentialRoleId} and provision_state = 'PENDING'`
    })
  return defineWork<ProvisionJob, ProvisionTask>({
    queue: provisionQueue,
    title: 'The provisioning',
    longestMs: 10 * 60_000,
    takeUp: async (job) => {
      const wanted = await inTenant(sql, job.tenantId, (scoped) => wantedProfile(scoped, job.potentialRoleId))
      return wanted && { ...job, wanted }
    },
    run: async (task, { signal }) => {
      const profileId = await makeProfile(task.tenantId, task.wanted, signal)
      await settle(task, (scoped) => scoped`provision_state = 'COMPLETE', role_id = ${profileId}`)
    },
    fail: (task, message) => settle(task, (scoped) => scoped`provision_state = 'FAILED', provision_error = ${message}`),
  })
}

async function wantedProfile(sql: TenantSql, id: string): Promise<WantedProfile | undefined> {
  const [role] = await sql<{ request: StoredProvision; identityKeys: number[] }[]>`
    select provision_request as request, identity_keys as "identityKeys"
    from potential_roles where id = ${id} and provision_state = 'PENDING'`
  if (role === undefined) return undefined
  const { name, description, ownerId, includeIdentities, requestedBy, entitlementKeys } = role.request
  return {
    name,
    description,
    ownerId,
    entitlements: await entitlementReferences(sql, entitlementKeys),
    requestedBy,
    memberIds: includeIdentities ? await identityIds(sql, role.identityKeys) : [],
    requestId: `potential-role/${id}`,
  }
}
