import { itemAt } from '@assay/errors'
import { beyondChance, densityOf, freshnessOf, qualityOf } from '@assay/mining'
import { profileEntitlementSets } from '@assay/profiles'
import type { TenantSql } from '@assay/store'

/** The entitlements of an access profile, for the freshness of a role. */
interface ProfileSet {
  readonly profileId: string
  readonly entitlements: ReadonlySet<number>
}

export async function profileSets(sql: TenantSql): Promise<ProfileSet[]> {
  return (await profileEntitlementSets(sql)).map(({ profileId, entitlementKeys }) => ({
    profileId,
    entitlements: new Set(entitlementKeys),
  }))
}

/** A role with all data for its figures; `granted` and `organisation` are parallel to `own`. */
export interface FiguredRole {
  readonly own: readonly number[]
  readonly granted: readonly number[]
  readonly organisation: readonly number[]
  readonly organisationSize: number
  readonly excluded: readonly number[]
  readonly size: number
  /** The access profile that was made from the role. */
  readonly roleId: string | null
}

/**
 * The count and the figures of a role without its excluded entitlements. The freshness compares it with other profiles only:
 * with the profile that was made from the role, the figure would fall as soon as the role is used.
 */
export function figuresOf(role: FiguredRole, profiles: readonly ProfileSet[]) {
  const { own, granted, organisation, organisationSize, excluded, size, roleId } = role
  const isExcluded = new Set(excluded)
  const left = [...own.keys()].filter((i) => !isExcluded.has(itemAt(own, i)))
  const grantCount = left.reduce((sum, i) => sum + itemAt(granted, i), 0)
  const density = densityOf(grantCount, size, left.length)
  const freshness = freshnessOf(
    left.map((i) => itemAt(own, i)),
    profiles.filter(({ profileId }) => profileId !== roleId).map(({ entitlements }) => entitlements),
  )
  const beyond = beyondChance({
    identityCount: size,
    granted: left.map((i) => itemAt(granted, i)),
    organisationCounts: left.map((i) => itemAt(organisation, i)),
    organisationSize,
  })
  return { entitlementCount: left.length, density, freshness, quality: qualityOf(density, freshness, beyond) }
}
