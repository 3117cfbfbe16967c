import { randomUUID } from 'node:crypto'
import type { Reference } from '@assay/contracts/sailpoint/shared/v1/reference_pb'
import type { SodService } from '@assay/contracts/sailpoint/sod/v1/sod_service_pb'
import { entitlementKeys, entitlementsByKey, getIdentity } from '@assay/directory'
import { DomainError, invalidArgument, itemAt, notFound } from '@assay/errors'
import { ordinalsOf, type Snapshot } from '@assay/mining'
import {
  findSeparation,
  type PredictedEntitlement,
  policiesInForce,
  predictedSeparations,
  querySeparations,
  separatedSets,
} from '@assay/policies'
import { resolveEntitlementIds } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import { toSodPolicy } from './convert-sod.ts'
import { itemsOf, readListQuery } from './list-request.ts'
import { policyList } from './role-lists.ts'

const mostPredicted = 1_000

/** Policies of separation of duties, and the prediction of violations. */
export function sodService(service: ServiceContext): ServiceImpl<typeof SodService> {
  return {
    listSodPolicies: (request, context) =>
      asCaller(service, context, async (sql) => {
        const policies = itemsOf(await querySeparations(sql, readListQuery(request, policyList)), context)
        const sets = await separatedSets(
          sql,
          policies.map(({ id }) => id),
        )
        return { policies: policies.map((policy) => toSodPolicy(policy, sets.get(policy.id))) }
      }),

    getSodPolicy: ({ id }, context) =>
      asCaller(service, context, async (sql) => {
        const policy = await findSeparation(sql, id)
        if (policy === undefined) throw notFound('policy', id)
        return toSodPolicy(policy, (await separatedSets(sql, [policy.id])).get(policy.id))
      }),

    startPredictSodViolations: ({ identityId, accessRefs }, context) =>
      asCallerOnSnapshot(service, context, async (sql, _, loaded) => {
        const { key } = await getIdentity(sql, identityId)
        const added = await keysOf(sql, accessRefs)
        const violationContexts = loaded === undefined ? [] : await contextsOf(sql, loaded.snapshot, key, added)
        return { requestId: randomUUID().replaceAll('-', ''), violationContexts }
      }),
  }
}

/** @throws not_found for an unknown entitlement, as SailPoint answers; invalid_argument for an id that several sources have */
async function keysOf(sql: TenantSql, references: readonly Reference[]): Promise<number[]> {
  if (references.length === 0 || references.length > mostPredicted) {
    throw invalidArgument('accessRefs', `must name 1 to ${mostPredicted} entitlements, it names ${references.length}`)
  }
  const ids = references.map(({ id, type }, at) => {
    if (type !== '' && type !== 'ENTITLEMENT') {
      throw invalidArgument(`accessRefs[${at}].type`, `must be ENTITLEMENT, it is "${type}"`)
    }
    if (!id) throw invalidArgument(`accessRefs[${at}].id`, 'is missing')
    return id
  })
  const keys = await entitlementKeys(sql, await resolvedOrNotFound(sql, ids))
  return keys.flatMap((key) => key ?? [])
}

async function resolvedOrNotFound(sql: TenantSql, ids: readonly string[]) {
  try {
    return await resolveEntitlementIds(sql, ids, 'accessRefs')
  } catch (error) {
    if (error instanceof DomainError && error.reason === 'NO_SUCH_ENTITLEMENT') {
      throw notFound('entitlement', error.metadata.entitlementId ?? '')
    }
    throw error
  }
}

async function contextsOf(sql: TenantSql, snapshot: Snapshot, identityKey: number, addedKeys: readonly number[]) {
  const policies = await policiesInForce(sql, snapshot)
  if (policies === undefined) return []
  const [identity = -1] = ordinalsOf(snapshot.identityKey, [identityKey]).ordinals
  const added = ordinalsOf(
    snapshot.entitlementKey,
    addedKeys.toSorted((a, b) => a - b),
  ).ordinals
  const broken = predictedSeparations(snapshot, policies, identity, [...added])
  const shown = broken.flatMap(({ first, second }) => [...first, ...second])
  const keyOf = ({ entitlement }: PredictedEntitlement) => itemAt(snapshot.entitlementKey, entitlement)
  const details = await entitlementsByKey(sql, [...new Set(shown.map(keyOf))])
  const criteria = (side: readonly PredictedEntitlement[]) => ({
    criteriaList: side.flatMap((one) => {
      const found = details.get(keyOf(one))
      return found === undefined
        ? []
        : [{ type: 'ENTITLEMENT', id: found.id, name: found.displayName || found.id, existing: one.existing }]
    }),
  })
  return broken.map(({ policy, first, second }) => ({
    policy: { type: 'SOD_POLICY', id: policy.id, name: policy.displayName },
    conflictingAccessCriteria: { leftCriteria: criteria(first), rightCriteria: criteria(second) },
  }))
}
