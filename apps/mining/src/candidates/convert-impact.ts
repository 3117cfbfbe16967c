import type { ComputedImpact, ImpactSettings, NamedCell } from '@assay/candidates'
import type { EntitlementImpactSchema, IdentityImpactSchema } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import {
  type ImpactCellSchema,
  ImpactChange,
  type ImpactCountSchema,
  ImpactMode,
  type ImpactSettings as SettingsMessage,
} from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { entitlementsByKey, identityNamesByKey } from '@assay/directory'
import { invalidArgument, itemAt } from '@assay/errors'
import { type ApartCount, type CellChange, type ImpactCount, impactMarks } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { MessageInitShape } from '@bufbuild/protobuf'

export function fromSettingsMessage(message: SettingsMessage | undefined): ImpactSettings {
  return {
    mode: message?.mode === ImpactMode.REPLACE ? 'replace' : 'add',
    riskLevel: message?.riskLevel ?? '',
    unusedDays: message?.unusedDays ?? 0,
  }
}

const changes: Readonly<Record<CellChange, ImpactChange>> = {
  gain: ImpactChange.GAIN,
  replaced: ImpactChange.REPLACED,
  loss: ImpactChange.LOSS,
  unchanged: ImpactChange.UNCHANGED,
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromChanges(messages: readonly ImpactChange[]): CellChange[] {
  return messages.map((message, place) => {
    const found = Object.entries(changes).find(([, value]) => value === message)
    if (found === undefined) throw invalidArgument(`changes[${place}]`, 'must be GAIN, REPLACED, LOSS or UNCHANGED')
    return found[0] as CellChange
  })
}

export function toCountMessage(count: ImpactCount): MessageInitShape<typeof ImpactCountSchema> {
  return {
    count: BigInt(count.cells),
    privilegedCount: BigInt(count.privileged),
    riskyCount: BigInt(count.risky),
    unusedCount: BigInt(count.unused),
    breachingCount: BigInt(count.breaching),
  }
}

export function toApartMessage({ members, gains, holders, held }: ApartCount) {
  return { memberCount: members, gainCount: BigInt(gains), holderCount: holders, heldCount: BigInt(held) }
}

/** @param places indices of `impact.identities` */
export async function toIdentityMessages(
  sql: TenantSql,
  { impact, snapshot }: ComputedImpact,
  places: Uint32Array,
): Promise<MessageInitShape<typeof IdentityImpactSchema>[]> {
  const { identities } = impact
  const keyAt = (place: number) => itemAt(snapshot.identityKey, itemAt(identities.identity, place))
  const names = await identityNamesByKey(sql, Array.from(places, keyAt))
  return Array.from(places, (place) => {
    const { id = '', displayName = '' } = names.get(keyAt(place)) ?? {}
    return {
      identityId: id,
      displayName,
      gainCount: itemAt(identities.gains, place),
      alreadyHeldCount: itemAt(identities.alreadyHeld, place),
      replacedCount: itemAt(identities.replaced, place),
      lossCount: itemAt(identities.losses, place),
      unchangedCount: itemAt(identities.unchanged, place),
      privilegedChangeCount: itemAt(identities.privilegedChanges, place),
      riskyChangeCount: itemAt(identities.riskyChanges, place),
      member: identities.isMember[place] === 1,
    }
  })
}

/** @param places indices of the candidate's entitlements */
export async function toEntitlementMessages(
  sql: TenantSql,
  { impact, snapshot, question }: ComputedImpact,
  places: Uint32Array,
): Promise<MessageInitShape<typeof EntitlementImpactSchema>[]> {
  const { entitlements } = impact
  const keyAt = (place: number) => itemAt(snapshot.entitlementKey, itemAt(question.entitlements, place))
  const details = await entitlementsByKey(sql, Array.from(places, keyAt))
  return Array.from(places, (place) => {
    const found = details.get(keyAt(place))
    return {
      applicationId: found?.applicationId ?? '',
      applicationDisplayName: found?.applicationDisplayName ?? '',
      entitlementId: found?.id ?? '',
      displayName: found?.displayName ?? '',
      privileged: (itemAt(question.marks, itemAt(question.entitlements, place)) & impactMarks.privileged) > 0,
      riskLevel: found?.riskLevel ?? '',
      gainCount: itemAt(entitlements.gains, place),
      alreadyHeldCount: itemAt(entitlements.alreadyHeld, place),
      replacedCount: itemAt(entitlements.replaced, place),
      lossCount: itemAt(entitlements.losses, place),
      unchangedCount: itemAt(entitlements.unchanged, place),
    }
  })
}

export function toCellMessage(cell: NamedCell): MessageInitShape<typeof ImpactCellSchema> {
  return {
    identityId: cell.identityId,
    identityDisplayName: cell.identityName,
    applicationId: cell.applicationId,
    entitlementId: cell.entitlementId,
    entitlementDisplayName: cell.entitlementName,
    change: changes[cell.change as CellChange],
    privileged: cell.privileged,
    riskLevel: cell.riskLevel,
    lastUsedDay: cell.lastUsedDay,
  }
}
