import { type EntitlementReference, entitlementKeys, identityKeys } from '@assay/directory'
import { DomainError, failedPrecondition, invalidArgument, notFound } from '@assay/errors'
import { asJson, type TenantSql } from '@assay/store'
import { createPolicy, deletePolicy, getPolicy, getPolicyContents, updatePolicy } from './policies.ts'
import type { Policy, PolicyContents } from './policy.ts'

/** The people and the channel to notify of conflicts. Stored for the scripts that set them; Assay notifies nobody. */
export interface ConflictNotifications {
  readonly email?: { readonly enabled: boolean; readonly identityIds: readonly string[] }
  readonly channel?: { readonly id: string; readonly name: string }
}

/** A separation of duties that a script made. It is switched off until a user switches the policy on. */
export interface ConflictMonitor {
  readonly policy: Policy
  readonly negatesSecond: boolean
  readonly notifications: ConflictNotifications
}

export type ConflictSet = 'first' | 'second'

/** The most entitlements of one set, so that people can read a monitor. */
const mostOfSet = 32
const mostTold = 100

/** @throws as `createPolicy`; invalid_argument for an unknown person to notify */
export async function createConflictMonitor(
  sql: TenantSql,
  tenantId: number,
  createdBy: string,
  request: Pick<Policy, 'displayName' | 'description'> & { readonly notifications: ConflictNotifications },
): Promise<ConflictMonitor> {
  const { displayName, description, notifications } = request
  await checkNotifications(sql, notifications)
  const settings = { kind: 'separation_of_duties', severity: 'medium' } as const
  const sets = { first: [], second: [], exceptions: [] }
  const wanted = { displayName, description, enabled: false, settings, ...sets }
  const { id } = await createPolicy(sql, tenantId, createdBy, wanted)
  await sql`
    insert into conflict_monitors (tenant_id, policy_id, notifications)
    values (${tenantId}, ${id}, ${asJson(sql, notifications)})`
  return getConflictMonitor(sql, id)
}

/** It also returns a separation of duties that a user made as a policy. @throws not_found */
export async function getConflictMonitor(sql: TenantSql, id: string): Promise<ConflictMonitor> {
  const policy = await getPolicy(sql, id).catch((error: unknown) => {
    throw error instanceof DomainError && error.kind === 'not_found' ? notFound('conflict monitor', id) : error
  })
  if (policy.settings.kind !== 'separation_of_duties') throw notFound('conflict monitor', id)
  const [row] = await sql<Pick<ConflictMonitor, 'negatesSecond' | 'notifications'>[]>`
    select negates_second as "negatesSecond", notifications from conflict_monitors where policy_id = ${id}`
  return { policy, negatesSecond: row?.negatesSecond ?? false, notifications: row?.notifications ?? {} }
}

/**
 * Changes the given members.
 * @throws not_found; as `createConflictMonitor`; failed_precondition for negating the second set of a policy that is in force
 */
export async function updateConflictMonitor(
  sql: TenantSql,
  tenantId: number,
  id: string,
  change: {
    readonly displayName?: string
    readonly description?: string
    readonly negatesSecond?: boolean
    readonly notifications?: ConflictNotifications
  },
): Promise<ConflictMonitor> {
  const before = await getConflictMonitor(sql, id)
  const { displayName, description } = change
  const negatesSecond = change.negatesSecond ?? before.negatesSecond
  const notifications = change.notifications ?? before.notifications
  if (change.notifications !== undefined) await checkNotifications(sql, notifications)
  if (negatesSecond && before.policy.enabled)
    throw failedPrecondition(
      `policy "${before.policy.displayName}" is in force; switch it off before its second set is negated`,
    )
  await sql`
    insert into conflict_monitors (tenant_id, policy_id, negates_second, notifications)
    values (${tenantId}, ${id}, ${negatesSecond}, ${asJson(sql, notifications)})
    on conflict (tenant_id, policy_id) do update set negates_second = excluded.negates_second,
      notifications = excluded.notifications`
  // The entry of the ledger and the time of the change are those of the policy.
  await updatePolicy(sql, tenantId, id, '', (policy, contents) => ({
    ...policy,
    ...contents,
    ...(displayName !== undefined && { displayName }),
    ...(description !== undefined && { description }),
  }))
  return getConflictMonitor(sql, id)
}

/** @throws not_found */
export async function deleteConflictMonitor(sql: TenantSql, id: string): Promise<void> {
  await getConflictMonitor(sql, id)
  await deletePolicy(sql, id, '')
}

/** The monitor of an entitlement. @throws not_found when the entitlement is not in the set, and for the monitor */
export async function getConflictEntitlement(
  sql: TenantSql,
  id: string,
  set: ConflictSet,
  entitlement: EntitlementReference,
): Promise<ConflictMonitor> {
  const monitor = await getConflictMonitor(sql, id)
  if (!isNamed((await getPolicyContents(sql, id))[set], entitlement)) throw noEntitlement(entitlement)
  return monitor
}

/**
 * Adds an entitlement to a set; adding a present one changes nothing.
 * @throws not_found for the monitor and the entitlement; invalid_argument for an entitlement of the other set, and for one too many
 */
export async function addConflictEntitlement(
  sql: TenantSql,
  tenantId: number,
  id: string,
  set: ConflictSet,
  entitlement: EntitlementReference,
): Promise<ConflictMonitor> {
  await getConflictMonitor(sql, id)
  const [key] = await entitlementKeys(sql, [entitlement], { includeDeleted: true })
  if (key === undefined) throw noEntitlement(entitlement)
  if (!isNamed((await getPolicyContents(sql, id))[set], entitlement))
    await updatePolicy(sql, tenantId, id, '', (policy, contents) => {
      const others = contents[set]
      if (isNamed(others, entitlement)) return { ...policy, ...contents }
      if (others.length >= mostOfSet)
        throw invalidArgument('entitlement_group', `has the most entitlements already: ${others.length}`)
      return { ...policy, ...contents, [set]: [...others, entitlement] }
    })
  return getConflictMonitor(sql, id)
}

/**
 * @throws not_found for the monitor, and when the entitlement is not in the set; failed_precondition for the last entitlement of a policy
 * in force
 */
export async function removeConflictEntitlement(
  sql: TenantSql,
  tenantId: number,
  id: string,
  set: ConflictSet,
  entitlement: EntitlementReference,
): Promise<void> {
  const { policy } = await getConflictEntitlement(sql, id, set, entitlement)
  await updatePolicy(sql, tenantId, id, '', (standing, contents) => {
    const rest = contents[set].filter((one) => !isSame(one, entitlement))
    if (standing.enabled && rest.length === 0)
      throw failedPrecondition(
        `policy "${policy.displayName}" is in force and needs an entitlement; switch it off first`,
      )
    return { ...standing, ...contents, [set]: rest }
  })
}

async function checkNotifications(sql: TenantSql, { email, channel }: ConflictNotifications): Promise<void> {
  const ids = email?.identityIds ?? []
  if (ids.length > mostTold)
    throw invalidArgument('notification_config.email_notifications.identity_user_ids', `must be at most ${mostTold}`)
  const known = await identityKeys(sql, ids)
  const unknown = ids.find((id) => !known.has(id))
  if (unknown !== undefined)
    throw invalidArgument(
      'notification_config.email_notifications.identity_user_ids',
      `nobody has the id ${JSON.stringify(unknown)}`,
    )
  for (const text of [channel?.id ?? '', channel?.name ?? ''])
    if (text.length > 256)
      throw invalidArgument('notification_config.slack_notifications', 'texts must have at most 256 characters')
}

const isSame = (one: EntitlementReference, other: EntitlementReference) =>
  one.applicationId === other.applicationId && one.entitlementId === other.entitlementId

const isNamed = (set: PolicyContents[ConflictSet], entitlement: EntitlementReference) =>
  set.some((one) => isSame(one, entitlement))

function noEntitlement({ applicationId, entitlementId }: EntitlementReference) {
  return notFound('entitlement of the group', `${applicationId}/${entitlementId}`)
}
