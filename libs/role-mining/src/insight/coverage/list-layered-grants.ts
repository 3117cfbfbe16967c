import {
  applicationKeys,
  type Entitlement,
  getEntitlement,
  type Identity,
  identitiesByKey,
  identityKeys,
  listedEntitlements,
} from '@assay/directory'
import { itemAt, notFound } from '@assay/errors'
import {
  ordinalOf,
  type Residual,
  type ResidualFilter,
  type ResidualLayer,
  residualGrants,
  type Snapshot,
  toldByNone,
} from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { LoadedSnapshot } from '../../loaded-snapshot.ts'
import { requireData } from '../entitlement-insight.ts'
import type { LayeredGrants } from './coverage.ts'
import type { ExplainingRole } from './explaining-roles.ts'

/** Conditions on grants, by ids; an empty condition accepts all. */
interface GrantCondition {
  readonly layers: readonly ResidualLayer[]
  readonly identityId: string
  readonly applicationId: string
  readonly entitlementId: string
}

/**
 * Ids are checked first: for another tenant, which may have no data, the ids do not exist.
 * @throws not_found for an id that the data do not have; failed_precondition for an entitlement of several applications, and before the
 * first import
 */
export async function grantFilter(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  { layers, identityId, applicationId, entitlementId }: GrantCondition,
): Promise<ResidualFilter> {
  const identity = identityId === '' ? undefined : (await identityKeys(sql, [identityId])).get(identityId)
  if (identityId !== '' && identity === undefined) throw notFound('identity', identityId)
  const entitlement = entitlementId === '' ? undefined : (await getEntitlement(sql, entitlementId, applicationId)).key
  const application =
    applicationId === '' || entitlement !== undefined ? undefined : await applicationKeyOf(sql, applicationId)
  const { snapshot } = requireData(loaded)
  const ordinal = (keys: Int32Array, key: number, noun: string, id: string) => {
    const found = ordinalOf(keys, key)
    if (found < 0) throw notFound(noun, id)
    return found
  }
  return {
    ...(layers.length > 0 && { layers }),
    ...(identity !== undefined && { identity: ordinal(snapshot.identityKey, identity, 'identity', identityId) }),
    ...(entitlement !== undefined && {
      entitlement: ordinal(snapshot.entitlementKey, entitlement, 'entitlement', entitlementId),
    }),
    ...(application !== undefined && {
      application: ordinal(snapshot.applicationKey, application, 'application', applicationId),
    }),
  }
}

async function applicationKeyOf(sql: TenantSql, id: string): Promise<number> {
  const key = (await applicationKeys(sql, [id])).get(id)
  if (key === undefined) throw notFound('application', id)
  return key
}

/** A grant with its names. */
export interface LayeredGrant {
  readonly identity: Identity
  readonly entitlement: Entitlement
  readonly layer: ResidualLayer
  readonly toldBy?: ExplainingRole | undefined
}

/**
 * The number of grants that one step checks, in a millisecond or two, before other requests continue. A filter that matches few grants
 * checks all of them.
 */
const placesAtOnce = 500_000

async function foundGrants(
  snapshot: Snapshot,
  residual: Residual,
  filter: ResidualFilter,
  from: number,
  most: number,
): Promise<ReturnType<typeof residualGrants>> {
  const grants: ReturnType<typeof residualGrants>['grants'][number][] = []
  for (let start = from; ; ) {
    const found = residualGrants(snapshot, residual, filter, start, most - grants.length, placesAtOnce)
    grants.push(...found.grants)
    if (found.next === undefined || grants.length === most) return { grants, next: found.next }
    start = found.next
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The grants from an index on, at most `most`, and the index at which the next page begins; undefined at the end. */
export async function listLayeredGrants(
  sql: TenantSql,
  { loaded: { snapshot }, residual, roles }: LayeredGrants,
  filter: ResidualFilter,
  from: number,
  most: number,
): Promise<{ readonly grants: readonly LayeredGrant[]; readonly next: number | undefined }> {
  const { grants, next } = await foundGrants(snapshot, residual, filter, from, most)
  const identities = await identitiesByKey(sql, [
    ...new Set(grants.map(({ identity }) => itemAt(snapshot.identityKey, identity))),
  ])
  const entitlements = await listedEntitlements(sql, [
    ...new Set(grants.map(({ entitlement }) => itemAt(snapshot.entitlementKey, entitlement))),
  ])
  return {
    grants: grants.flatMap((grant) => {
      const identity = identities.get(itemAt(snapshot.identityKey, grant.identity))
      const entitlement = entitlements.get(itemAt(snapshot.entitlementKey, grant.entitlement))
      if (identity === undefined || entitlement === undefined) return []
      const toldBy = grant.toldBy === toldByNone ? undefined : roles[grant.toldBy]
      return [{ identity, entitlement, layer: grant.layer, toldBy }]
    }),
    next,
  }
}
