import { failedPrecondition, notFound } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { isUuid, type TenantSql } from '@assay/store'
import { type InboxRole, inboxRolesById } from './inbox-roles.ts'

/** The reason of a dismissal. */
interface RoleDismissal {
  readonly reason: string
  readonly comment?: string | undefined
}

/** The potential role with this id; undefined if there is none. */
export async function findInboxRole(sql: TenantSql, id: string): Promise<InboxRole | undefined> {
  if (!isUuid(id)) return undefined
  const [role] = await inboxRolesById(sql, [id])
  return role
}

/**
 * Locks a role: until the end of the transaction, no other transaction can decide about it or provision it.
 * @throws not_found
 */
export async function lockInboxRole(sql: TenantSql, id: string): Promise<InboxRole> {
  if (isUuid(id)) await sql`select from potential_roles where id = ${id} for update`
  const role = await findInboxRole(sql, id)
  if (role === undefined) throw notFound('potential role', id)
  return role
}

/** The people of a role, by key of the directory. */
export async function inboxRolePeople(sql: TenantSql, id: string): Promise<readonly number[]> {
  const [row] = await sql<{ keys: number[] }[]>`select identity_keys as keys from potential_roles where id = ${id}`
  return row?.keys ?? []
}

/**
 * Records that an access profile was made from a role, which the caller has locked.
 * @throws failed_precondition if a profile was made from it already, or is being made
 */
export async function acceptRole(sql: TenantSql, role: InboxRole, profileId: string): Promise<void> {
  requireUndecided(role)
  await sql`
    update potential_roles set provision_state = 'COMPLETE', role_id = ${profileId}, provision_error = '',
      dismissed_at = null, dismissal_reason = null, modified_at = now()
    where id = ${role.id}`
  await record(sql, role, 'role.accept', { state: 'accepted', profileId })
}

/**
 * Dismisses a role. A second dismissal replaces the reason.
 * @throws failed_precondition for an accepted role
 */
export async function dismissRole(sql: TenantSql, role: InboxRole, { reason, comment }: RoleDismissal): Promise<void> {
  requireUndecided(role)
  await sql`
    update potential_roles set dismissed_at = now(), dismissal_reason = ${reason}, modified_at = now()
    where id = ${role.id}`
  await record(sql, role, 'role.dismiss', { state: 'dismissed' }, { reason, ...(comment && { comment }) })
}

/**
 * Opens a role again, after any decision; an open role does not change. After an acceptance, the caller must have deleted the
 * profile.
 * @throws failed_precondition while it is being provisioned
 */
export async function reopenRole(sql: TenantSql, role: InboxRole): Promise<void> {
  if (role.state === 'new') return
  if (role.state === 'accepted' && role.profileId === null) requireUndecided(role)
  await sql`
    update potential_roles set provision_state = 'POTENTIAL', provision_request = null, role_id = null,
      dismissed_at = null, dismissal_reason = null, modified_at = now()
    where id = ${role.id}`
  await record(sql, role, 'role.restore', { state: 'new' })
}

/** @throws failed_precondition for a role that was accepted or is being provisioned */
export function requireUndecided({ id, state, profileId }: InboxRole): void {
  if (state !== 'accepted') return
  throw failedPrecondition(
    profileId === null
      ? `the potential role "${id}" is being provisioned`
      : `the potential role "${id}" was accepted already; only one profile can be made from it`,
  )
}

async function record(
  sql: TenantSql,
  { id, state, profileId, name, sessionId, identityCount, entitlements }: InboxRole,
  kind: 'role.accept' | 'role.dismiss' | 'role.restore',
  after: { readonly state: string; readonly profileId?: string },
  words: { readonly reason?: string; readonly comment?: string } = {},
): Promise<void> {
  await recordEntry(sql, {
    kind,
    subject: { type: 'role', id },
    before: {
      state,
      ...(profileId !== null && { profileId }),
      name,
      sessionId,
      identityCount,
      entitlementKeys: entitlements.map(({ key }) => key),
    },
    after,
    facts: { ...after, sessionId, identityCount, entitlementCount: entitlements.length },
    ...words,
  })
}
