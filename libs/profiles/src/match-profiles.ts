import { presentEntitlements } from '@assay/directory'
import { profileMatches } from '@assay/mining'
import type { TenantSql } from '@assay/store'

/** The entitlements of an access profile, for a comparison with mined entitlements. */
export interface ProfileEntitlementSet {
  readonly profileId: string
  readonly displayName: string
  readonly commonAccess: boolean
  /** Keys of the directory, ascending. */
  readonly entitlementKeys: readonly number[]
}

/** An existing profile with some of the mined entitlements. */
interface ProfileMatch {
  readonly profileId: string
  readonly displayName: string
  /** exact: the same set; superset: all of them and more; partial: at least 30 % of them. */
  readonly type: 'exact' | 'superset' | 'partial'
  /** The share of the mined entitlements that the profile gives, 0 to 1. */
  readonly overlapRatio: number
  /** The mined entitlements that the profile does not give. */
  readonly missing: readonly number[]
}

/** All profiles with entitlements, by id. Deleted entitlements do not count. */
export async function profileEntitlementSets(sql: TenantSql): Promise<ProfileEntitlementSet[]> {
  const rows = await sql<(Omit<ProfileEntitlementSet, 'entitlementKeys'> & { keys: string })[]>`
    select profile.id as "profileId", profile.display_name as "displayName", profile.common_access as "commonAccess",
      string_agg(given.entitlement_key::text, ',' order by given.entitlement_key) as keys
    from access_profiles profile
    join access_profile_entitlements given on given.tenant_id = profile.tenant_id and given.profile_id = profile.id
    join ${presentEntitlements(sql)} present on present.tenant_id = given.tenant_id and present.key = given.entitlement_key
    group by profile.id, profile.display_name, profile.common_access
    order by profile.id`
  return rows.map(({ keys, ...profile }) => ({ ...profile, entitlementKeys: keys.split(',').map(Number) }))
}

const types = { EXACT: 'exact', SUPERSET: 'superset', PARTIAL: 'partial' } as const

/** The profiles that match a set of entitlements, closest first: exact, superset, partial by overlap; equal ones by id. */
export function matchProfiles(sets: readonly ProfileEntitlementSet[], wanted: readonly number[]): ProfileMatch[] {
  const candidates = sets.map((set) => ({ id: set, entitlements: set.entitlementKeys }))
  return profileMatches(wanted, candidates).map(({ id: { profileId, displayName }, type, overlapRatio, missing }) => ({
    profileId,
    displayName,
    type: types[type],
    overlapRatio,
    missing,
  }))
}
