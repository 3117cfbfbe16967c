import {
  RoleModelChangeCause_Kind as CauseKind,
  RoleModelChange_Kind as Kind,
  type RoleModelChange,
  RoleModelChangeSchema,
} from '@assay/contracts/assay/rolemodel/v1/role_model_change_pb'
import { type EntitlementDetails, entitlementsByKey, identitiesByKey } from '@assay/directory'
import { describeRoleChange, type StoredRoleChange } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'

/** The most entitlements that are named for one role. */
const mostNamed = 100

const kinds: Readonly<Record<StoredRoleChange['kind'], Kind>> = {
  made: Kind.MADE,
  changed: Kind.CHANGED,
  dropped: Kind.DROPPED,
}

const causeKinds: Readonly<Record<StoredRoleChange['causes'][number]['kind'], CauseKind>> = {
  joiner: CauseKind.JOINER,
  mover: CauseKind.MOVER,
  leaver: CauseKind.LEAVER,
  new_entitlement: CauseKind.NEW_ENTITLEMENT,
}

export async function toChangeMessages(
  sql: TenantSql,
  changes: readonly StoredRoleChange[],
): Promise<RoleModelChange[]> {
  const named = changes.flatMap(({ gainedKeys, lostKeys, causes }) => [
    ...gainedKeys.slice(0, mostNamed),
    ...lostKeys.slice(0, mostNamed),
    ...causes.flatMap(({ entitlementKey }) => entitlementKey ?? []),
  ])
  const entitlements = await entitlementsByKey(sql, [...new Set(named)])
  const people = changes.flatMap(({ causes }) => causes.flatMap(({ identityKey }) => identityKey ?? []))
  const identities = await identitiesByKey(sql, [...new Set(people)])
  const entitlementOf = (key: number) => toEntitlement(entitlements.get(key))
  return changes.map((change) => {
    const { number, kind, joined, left, covered, gainedKeys, lostKeys, causes } = change
    return create(RoleModelChangeSchema, {
      number,
      kind: kinds[kind],
      joined,
      left,
      covered,
      gained: gainedKeys.slice(0, mostNamed).map(entitlementOf),
      gainedCount: gainedKeys.length,
      lost: lostKeys.slice(0, mostNamed).map(entitlementOf),
      lostCount: lostKeys.length,
      causes: causes.map(({ kind: cause, count, identityKey, entitlementKey }) => ({
        kind: causeKinds[cause],
        count,
        identityId: identityKey === undefined ? '' : (identities.get(identityKey)?.id ?? ''),
        ...(entitlementKey !== undefined && { entitlement: entitlementOf(entitlementKey) }),
      })),
      reason: describeRoleChange(change),
    })
  })
}

function toEntitlement(details: EntitlementDetails | undefined) {
  if (details === undefined) return {}
  const { applicationId, id, displayName } = details
  return { applicationId, entitlementId: id, displayName }
}
