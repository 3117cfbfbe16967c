import type { EntitlementReference } from '@assay/contracts/assay/directory/v1/entitlement_reference_pb'
import {
  RoleModelChangeCause_Kind as Cause,
  RoleModelChange_Kind as Kind,
  type RoleModelChange,
} from '@assay/contracts/assay/rolemodel/v1/role_model_change_pb'
import { RoleModelService } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { createClient } from '@connectrpc/connect'
import type { ApiClient } from '../api-client.ts'
import { counted } from './counted.ts'
import { describeModel } from './describe-model.ts'

/**
 * Revises a role model for the access data in force, and prints the changes: first the events, then each role with the reason.
 * @param follow whether the model is revised after each load from now on; undefined leaves this unchanged
 * @throws Error with the model's error message when it could not be revised
 */
export async function reviseModel(
  api: ApiClient,
  roleModelId: string,
  follow: boolean | undefined,
  print: (line: string) => void,
): Promise<void> {
  const models = createClient(RoleModelService, api.transport)
  const before = await models.getRoleModel({ roleModelId })
  let model = await models.reviseRoleModel({ roleModelId, ...(follow !== undefined && { follow }) })
  for await (const now of models.watchRoleModel({ roleModelId })) model = now
  if (model.errorMessage !== '') throw new Error(`The role model stays as it was: ${model.errorMessage}`)
  if (model.revision === before.revision) {
    print('Nobody joined, moved or left, and no entitlement is new: the roles stay as they are.')
    return
  }
  for (const line of describeModel(model)) print(line)
  const last = model.lastRevision
  if (last !== undefined) {
    const { joiners, movers, leavers, newEntitlements, rolesMade, rolesChanged, rolesDropped } = last
    print(
      `Since then ${counted(joiners, 'joiner')}, ${counted(movers, 'mover')}, ${counted(leavers, 'leaver')}, ${counted(newEntitlements, 'new entitlement')}: ${rolesMade} roles made, ${rolesChanged} changed, ${rolesDropped} dropped.`,
    )
  }
  for (let pageToken = ''; ; ) {
    const page = await models.listRoleModelChanges({ roleModelId, revision: model.revision, pageSize: 100, pageToken })
    for (const change of page.changes) for (const line of describeChange(change)) print(line)
    if (page.nextPageToken === '') break
    pageToken = page.nextPageToken
  }
}

const shownNames = 5

function describeChange({
  number,
  kind,
  reason,
  gained,
  gainedCount,
  lost,
  lostCount,
  causes,
}: RoleModelChange): string[] {
  const what = { [Kind.MADE]: 'made', [Kind.CHANGED]: 'changed', [Kind.DROPPED]: 'dropped', [Kind.UNSPECIFIED]: '' }[
    kind
  ]
  const firsts = causes.map(({ kind: cause, identityId, entitlement }) =>
    cause === Cause.NEW_ENTITLEMENT && entitlement !== undefined ? nameOf(entitlement) : identityId,
  )
  const known = firsts.filter((first) => first !== '')
  return [
    `  Role ${number} ${what}. ${reason}${known.length > 0 ? ` (${known.join(', ')})` : ''}`,
    ...(gainedCount > 0 ? [`    + ${listed(gained, gainedCount)}`] : []),
    ...(lostCount > 0 ? [`    - ${listed(lost, lostCount)}`] : []),
  ]
}

function listed(entitlements: readonly EntitlementReference[], count: number): string {
  const names = entitlements.slice(0, shownNames).map(nameOf)
  return count > names.length ? `${names.join(', ')} and ${count - names.length} more` : names.join(', ')
}

function nameOf({ applicationId, entitlementId, displayName }: EntitlementReference): string {
  return entitlementId === '' ? 'an entitlement that is gone' : displayName || `${applicationId}/${entitlementId}`
}
