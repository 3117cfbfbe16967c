import type { Principal } from '@assay/auth'
import type { JsonPatchOperation } from '@assay/contracts/sailpoint/iai/rolemining/v1/session_pb'
import type { Role } from '@assay/contracts/sailpoint/roles/v1/role_pb'
import { invalidArgument } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import {
  type AccessProfileChange,
  type CircuitBreaker,
  changeProfileEntitlements,
  createAccessProfile,
  type EvaluationOptions,
  entitlementsOfProfiles,
  etagOf,
  getAccessProfile,
  resolveEntitlementIds,
  setProfileMembers,
  updateAccessProfile,
} from '@assay/profiles'
import { changeUnderPolicies } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { toRoleMessage } from './convert-role.ts'
import { type PatchableMember, patchRole } from './patch-role.ts'
import {
  readDescription,
  readEntitlementIds,
  readMembership,
  readName,
  readOwner,
  refuseNotKept,
  type WantedMembership,
} from './role-request.ts'

/** The access data and the options with which a role is written. */
interface WritingWith {
  readonly snapshot: Snapshot | undefined
  readonly options: EvaluationOptions
  readonly breaker?: CircuitBreaker
}

const members = 'membership.identities'
/** The limit of SailPoint for one patch. */
const mostMembersChanged = 500

/**
 * Creates the role of a request.
 * @returns its id
 * @throws invalid_argument naming the wrong member; the errors of `createAccessProfile`
 */
export async function makeRole(
  sql: TenantSql,
  { tenantId, identityId }: Principal,
  role: Role,
  { snapshot, options }: WritingWith,
): Promise<string> {
  if (role.id !== undefined && role.id !== '') throw invalidArgument('id', 'is chosen here; send null')
  refuseNotKept(role)
  const displayName = readName(role.name)
  const description = readDescription(role.description)
  const ownerId = await readOwner(sql, role.owner)
  const membership = await readMembership(sql, role.membership)
  const entitlements = await resolveEntitlementIds(sql, readEntitlementIds(role.entitlements), 'entitlements')
  return changeUnderPolicies(sql, {
    tenantId,
    snapshot,
    profileId: undefined,
    idOf: (id) => id,
    change: async () => {
      const request = {
        displayName,
        description,
        ...(membership.kind === 'rule' && { celExpression: membership.celExpression, enableAutomation: true }),
        createdBy: identityId,
        ownerId,
        settings: { enabled: role.enabled ?? false, published: role.requestable ?? false },
        entitlements,
      }
      const { id } = await createAccessProfile(sql, tenantId, request, options)
      if (membership.kind === 'list') await setMembers(sql, tenantId, id, membership, options)
      return id
    },
  })
}

/**
 * Changes a role by operations; members that the operations do not change keep their values.
 * @throws not_found; aborted when another call changes the role meanwhile; invalid_argument naming the wrong member or operation; the
 * errors of `updateAccessProfile`
 */
export async function changeRole(
  sql: TenantSql,
  { tenantId }: Principal,
  id: string,
  operations: readonly JsonPatchOperation[],
  { snapshot, options, breaker }: WritingWith,
): Promise<void> {
  const before = await getAccessProfile(sql, id)
  const { role, changed } = patchRole(await toRoleMessage(sql, before), operations)
  refuseNotKept(role)
  const membership = changed.has('membership') ? await readMembership(sql, role.membership) : undefined
  const change = await changeOf(sql, role, changed, membership)
  const entitlements = changed.has('entitlements') ? await wantedEntitlements(sql, before.id, role) : undefined
  await changeUnderPolicies(sql, {
    tenantId,
    snapshot,
    profileId: before.id,
    change: async () => {
      const how = { ...options, etag: etagOf(before), ...(breaker && { breaker }) }
      await updateAccessProfile(sql, tenantId, before.id, change, how)
      if (entitlements !== undefined) {
        await changeProfileEntitlements(sql, tenantId, before.id, 'replace', entitlements)
      }
      if (membership?.kind === 'list') {
        await setMembers(sql, tenantId, before.id, membership, options, mostMembersChanged)
      }
    },
  })
}

async function changeOf(
  sql: TenantSql,
  role: Role,
  changed: ReadonlySet<PatchableMember>,
  membership: WantedMembership | undefined,
): Promise<AccessProfileChange> {
  return {
    ...(changed.has('name') && { displayName: readName(role.name) }),
    ...(changed.has('description') && { description: readDescription(role.description) }),
    ...(changed.has('owner') && { ownerId: await readOwner(sql, role.owner) }),
    ...(changed.has('enabled') && { enabled: role.enabled ?? false }),
    ...(changed.has('requestable') && { published: role.requestable ?? false }),
    ...(membership && automationOf(membership)),
  }
}

function automationOf(membership: WantedMembership): AccessProfileChange {
  return membership.kind === 'rule'
    ? { celExpression: membership.celExpression, automationEnabled: true }
    : { celExpression: '', automationEnabled: false }
}

/**
 * The keys of the role's entitlements after the change. An id that several sources have means the entitlement that the role already gives.
 */
async function wantedEntitlements(sql: TenantSql, id: string, role: Role) {
  const given = (await entitlementsOfProfiles(sql, [id])).get(id) ?? []
  const preferred = new Set(given.map(({ key }) => key))
  return resolveEntitlementIds(sql, readEntitlementIds(role.entitlements), 'entitlements', preferred)
}

function setMembers(
  sql: TenantSql,
  tenantId: number,
  id: string,
  { identityIds }: Extract<WantedMembership, { kind: 'list' }>,
  { timeoutMs }: EvaluationOptions,
  mostChanges?: number,
) {
  const bounds = mostChanges === undefined ? {} : { mostChanges }
  return setProfileMembers(sql, tenantId, id, identityIds, { field: members, timeoutMs, ...bounds })
}
