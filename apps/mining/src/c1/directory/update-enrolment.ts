import type {
  AppEntitlementChange,
  AppEntitlementsUpdateRequest,
} from '@assay/contracts/c1/api/app/v1/app_entitlements_pb'
import { invalidArgument, listed } from '@assay/errors'
import { type AccessProfile, lockAccessProfile, type ProfileEnrollment, updateAccessProfile } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { enrolmentSlug } from './built-in-app.ts'

const longestId = 128

const policies = {
  grant_policy_id: 'grantPolicyId',
  revoke_policy_id: 'revokePolicyId',
  certify_policy_id: 'certifyPolicyId',
  emergency_grant_policy_id: 'emergencyGrantPolicyId',
} as const
const durations = ['duration_unset', 'duration_grant', 'max_grant_duration']
/** Members that cannot be changed; clients may repeat their present values. */
const fixed = ['display_name', 'description', 'slug', 'alias', 'app_id', 'id']

/**
 * Sets the policies and the duration of the membership of a profile. The values are stored and shown, and have no other effect.
 * @throws not_found; invalid_argument for a member that cannot be changed, an unknown path of the mask, and texts that are too long
 */
export async function updateEnrolment(
  sql: TenantSql,
  tenantId: number,
  { id, entitlement, updateMask }: AppEntitlementsUpdateRequest,
): Promise<AccessProfile> {
  if (entitlement === undefined) throw invalidArgument('entitlement', 'is required')
  // The lock keeps both changes when two callers set different policies at the same time.
  const profile = await lockAccessProfile(sql, id)
  requireUnchanged(profile, entitlement)
  const paths = (updateMask?.paths ?? [])
    .map((path) => path.replace(/^entitlement\./, ''))
    .filter((path) => path !== '')
  const known = [...Object.keys(policies), ...durations, ...fixed, '*']
  const unknown = paths.filter((path) => !known.includes(path))
  if (unknown.length > 0)
    throw invalidArgument(
      'update_mask',
      `names ${listed(unknown.map((path) => JSON.stringify(path)))}; what can be changed is ${[...Object.keys(policies), 'duration_grant', 'duration_unset'].join(', ')}`,
    )
  const isNamed = (...names: string[]) => paths.includes('*') || names.some((name) => paths.includes(name))
  // With a mask, exactly the members that it names change; without one, those that have a value.
  const isMeant = (isGiven: boolean, ...names: string[]) => (paths.length === 0 ? isGiven : isNamed(...names))
  const enrollment: { -readonly [Name in keyof ProfileEnrollment]: ProfileEnrollment[Name] } = { ...profile.enrollment }
  for (const [path, name] of Object.entries(policies)) {
    const value = entitlement[name]
    if (!isMeant(value !== undefined, path)) continue
    if ((value ?? '').length > longestId)
      throw invalidArgument(`entitlement.${path}`, `must have at most ${longestId} characters`)
    if (value) enrollment[name] = value
    else delete enrollment[name]
  }
  if (isNegative(entitlement.durationGrant)) throw invalidArgument('entitlement.duration_grant', 'must not be negative')
  const duration = durationOf(entitlement, profile.enrollment.duration)
  if (isMeant(duration !== undefined, ...durations)) {
    if (duration === undefined) delete enrollment.duration
    else enrollment.duration = duration
  }
  const { profile: updated } = await updateAccessProfile(sql, tenantId, profile.id, { enrollment })
  return updated
}

function isNegative(duration: AppEntitlementChange['durationGrant']): boolean {
  return duration !== undefined && (duration.seconds < 0n || duration.nanos < 0)
}

/**
 * Clients send the value that they have read together with the one that they change, so the one that differs from the stored duration
 * counts.
 */
function durationOf(
  { durationUnset, durationGrant }: AppEntitlementChange,
  before: string | undefined,
): string | undefined {
  const given = [
    ...(durationUnset ? ['unset'] : []),
    ...(durationGrant ? [`${durationGrant.seconds}.${String(durationGrant.nanos).padStart(9, '0')}`] : []),
  ]
  return given.find((one) => one !== before) ?? given[0]
}

function requireUnchanged(profile: AccessProfile, entitlement: AppEntitlementChange): void {
  const present = {
    display_name: [entitlement.displayName, profile.displayName],
    description: [entitlement.description, profile.description],
    slug: [entitlement.slug, enrolmentSlug],
    alias: [entitlement.alias, ''],
  }
  for (const [name, [given, standing]] of Object.entries(present))
    if (given !== '' && given !== standing)
      throw invalidArgument(`entitlement.${name}`, 'cannot be changed here; it is that of the access profile')
}
