import { type EntitlementReference, entitlementReferences, identityIds } from '@assay/directory'
import { DomainError } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import type { StoredProvision } from './request-provision.ts'

/** An access profile to be made, by the customer's own ids. */
export interface WantedProfile {
  readonly name: string
  readonly description: string
  readonly ownerId: string
  readonly entitlements: readonly EntitlementReference[]
  readonly memberIds: readonly string[]
  readonly requestedBy: string
  /** Asking twice with the same one makes one profile. */
  readonly requestId: string
}

export interface ProvisionTools {
  readonly sql: Sql
  /** Gives the profile's id. Asked again after a fault, it goes on where it was. */
  readonly makeProfile: (tenantId: number, profile: WantedProfile, signal: AbortSignal) => Promise<string>
  /** Told what people are only told in general words. */
  readonly onFault: (error: unknown, potentialRoleId: string) => void
}

interface ProvisionJob {
  readonly tenantId: number
  readonly potentialRoleId: string
}

/**
 * Makes the access profile of one potential role. Safe to run again: one that has ended stays as it is, and a second
 * attempt finds the profile of the first. One that is refused ends as FAILED; an error is thrown only for what may pass.
 */
export async function runProvision(tools: ProvisionTools, job: ProvisionJob, signal: AbortSignal): Promise<void> {
  const { sql, makeProfile, onFault } = tools
  const wanted = await inTenant(sql, job.tenantId, (scoped) => wantedProfile(scoped, job.potentialRoleId))
  if (wanted === undefined) return
  try {
    const profileId = await makeProfile(job.tenantId, wanted, signal)
    await inTenant(
      sql,
      job.tenantId,
      (scoped) => scoped`
      update potential_roles set provision_state = 'COMPLETE', role_id = ${profileId}, modified_at = now()
      where id = ${job.potentialRoleId} and provision_state = 'PENDING'`,
    )
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof DomainError) || mayPass.has(error.kind)) throw error
    onFault(error, job.potentialRoleId)
    await failProvision(tools, job, error.message)
  }
}

const mayPass: ReadonlySet<DomainError['kind']> = new Set(['unavailable', 'aborted', 'resource_exhausted'])

/** Ends a request that cannot be carried out; it may be made again. */
export async function failProvision({ sql }: ProvisionTools, job: ProvisionJob, why: string): Promise<void> {
  await inTenant(
    sql,
    job.tenantId,
    (scoped) => scoped`
    update potential_roles set provision_state = 'FAILED', provision_error = ${why}, modified_at = now()
    where id = ${job.potentialRoleId} and provision_state = 'PENDING'`,
  )
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
