import type { MatrixView as ViewMessage } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import {
  type MatrixDescriptionSchema,
  type MatrixEntitlementSchema,
  type MatrixPersonSchema,
  MatrixMode as Mode,
  type RoleBlockSchema,
  RoleSource,
} from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import type { EntitlementDetails, ValueName } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { MatrixBlock, MatrixTiles } from '@assay/mining'
import type { Matrix, MatrixBlockName, MatrixMode, MatrixPerson, MatrixView } from '@assay/role-mining'
import type { MessageInitShape } from '@bufbuild/protobuf'

const sources: Readonly<Record<number, MatrixView['roles']>> = {
  [RoleSource.UNSPECIFIED]: 'best',
  [RoleSource.ROLE_MODEL]: 'role_model',
  [RoleSource.SUGGESTIONS]: 'suggestions',
  [RoleSource.NONE]: 'none',
}
const sourceMessages: Readonly<Record<Matrix['source'], RoleSource>> = {
  candidate: RoleSource.UNSPECIFIED,
  role_model: RoleSource.ROLE_MODEL,
  suggestions: RoleSource.SUGGESTIONS,
  none: RoleSource.NONE,
}
const modes: Readonly<Record<number, MatrixMode>> = {
  [Mode.UNSPECIFIED]: 'as_is',
  [Mode.AS_IS]: 'as_is',
  [Mode.AS_MODELLED]: 'as_modelled',
  [Mode.DIFFERENCE]: 'difference',
}

/** @throws invalid_argument for an unknown source of roles */
export function fromViewMessage(view: ViewMessage | undefined): MatrixView {
  const roles = sources[view?.roles ?? RoleSource.UNSPECIFIED]
  if (roles === undefined)
    throw invalidArgument(
      'roles',
      'must be one of ROLE_SOURCE_ROLE_MODEL, ROLE_SOURCE_SUGGESTIONS, ROLE_SOURCE_NONE; leave it out for the best there is',
    )
  return {
    conditions: (view?.conditions ?? []).map(({ attribute, values }) => ({ attribute, values })),
    isOfCandidate: view?.candidate !== undefined,
    roles,
    roleModelId: view?.roleModelId ?? '',
  }
}

/** @throws invalid_argument for an unknown mode */
export function fromModeMessage(message: Mode): MatrixMode {
  const mode = modes[message]
  if (mode === undefined)
    throw invalidArgument('mode', 'must be one of MATRIX_MODE_AS_IS, MATRIX_MODE_AS_MODELLED, MATRIX_MODE_DIFFERENCE')
  return mode
}

export function toDescriptionMessage(
  importId: string,
  matrix: Matrix,
  valueNames: readonly ValueName[],
): MessageInitShape<typeof MatrixDescriptionSchema> {
  const { order, version, source, roleModelId, stale, names } = matrix
  return {
    importId,
    version,
    rowCount: order.rows.length,
    columnCount: order.columns.length,
    cells: {
      assigned: sumOf(order.tiles.assigned),
      byGroup: sumOf(order.tiles.byGroup),
      modelled: sumOf(order.tiles.modelled),
      gains: sumOf(order.tiles.gains),
      losses: sumOf(order.tiles.losses),
    },
    roles: sourceMessages[source],
    roleModelId,
    stale,
    roleCount: order.roleCount,
    furtherRoleCount: order.furtherRoles,
    blocks: order.blocks.map((block, place) => toBlockMessage(block, place, names[place])),
    groupsCounted: order.isGroupCounted,
    valueNames: [...valueNames],
  }
}

function sumOf(counts: MatrixTiles['assigned']): bigint {
  let sum = 0
  for (let at = 0; at < counts.length; at++) sum += counts[at] ?? 0
  return BigInt(sum)
}

function toBlockMessage(
  block: MatrixBlock,
  place: number,
  name: MatrixBlockName | undefined,
): MessageInitShape<typeof RoleBlockSchema> {
  return {
    letter: letterOf(place),
    displayName: name?.name ?? '',
    ...(name !== undefined && { source: sourceOf(name) }),
    peopleCount: block.people,
    entitlementCount: block.entitlements,
    assignedCount: BigInt(block.assigned),
    byGroupCount: BigInt(block.byGroup),
    rowStart: block.rows.start,
    rowCount: block.rows.count,
    columnStart: block.columns.start,
    columnCount: block.columns.count,
  }
}

function sourceOf(name: MatrixBlockName) {
  switch (name.kind) {
    case 'suggestion':
      return { case: 'suggestionId' as const, value: name.id }
    case 'potential_role':
      return { case: 'potentialRoleId' as const, value: name.id }
    case 'profile':
      return { case: 'accessProfileId' as const, value: name.id }
    case 'model_role':
      return { case: 'roleNumber' as const, value: name.number }
    case 'candidate':
      return { case: 'isCandidate' as const, value: true }
  }
}

/** The letters of a place: A, B, up to Z, then AA, AB and so on. */
function letterOf(place: number): string {
  const last = String.fromCharCode(65 + (place % 26))
  return place < 26 ? last : letterOf(Math.floor(place / 26) - 1) + last
}

export function toPersonMessage({ id, displayName }: MatrixPerson): MessageInitShape<typeof MatrixPersonSchema> {
  return { identityId: id, displayName }
}

/** An entitlement that was deleted after the matrix was made has no name. */
export function toEntitlementMessage(
  details: EntitlementDetails | undefined,
): MessageInitShape<typeof MatrixEntitlementSchema> {
  return {
    applicationId: details?.applicationId ?? '',
    applicationDisplayName: details?.applicationDisplayName ?? '',
    entitlementId: details?.id ?? '',
    displayName: details?.displayName ?? '',
    riskLevel: details?.riskLevel ?? '',
  }
}
