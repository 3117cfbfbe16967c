import { attemptOnce } from '@assay/jobs/testing'
import type { Load } from '../load.ts'
import { getLoad } from '../loads.ts'
import { compose, loading, sql, tenant, tenantId } from '../testing-tenant.ts'
import { applyChangeSet, type ChangeSet } from './apply-change-set.ts'

let requests = 0

interface Choices {
  readonly base?: string
  readonly requestId?: string
}

/** Sends a change set to a source, based on its load `base`. */
export function push(
  source: string,
  changes: readonly unknown[],
  { base = '', requestId }: Choices = {},
): Promise<ChangeSet> {
  requests++
  const given = {
    requestId: requestId ?? `request ${requests}`,
    baseLoadId: base,
    changes,
    createdBy: 'tester',
    waitMs: 0,
  }
  return tenant((scoped) => applyChangeSet(scoped, tenantId, source, given))
}

export const read = (loadId: string) => attemptOnce(loading, { tenantId, loadId })

/** Brings the load of a change set into force. */
export async function bring({ loadId }: Pick<ChangeSet, 'loadId'>): Promise<Load> {
  await read(loadId)
  await compose()
  return getLoad(sql, tenantId, loadId)
}

export const person = (id: string, displayName: string, more: object = {}) => ({
  upsertIdentity: { id, displayName, ...more },
})
export const grant = (identityId: string, applicationId: string, entitlementId: string) => ({
  upsertGrant: { identityId, applicationId, entitlementId },
})
export const ungrant = (identityId: string, applicationId: string, entitlementId: string) => ({
  deleteGrant: { identityId, applicationId, entitlementId },
})
