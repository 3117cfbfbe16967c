import { densityOf, freshnessOf, qualityOf } from '@assay/mining'
import { profileEntitlementSets } from '@assay/profiles'
import type { TenantSql } from '@assay/store'

/** The entitlements of every access profile, to tell how new a role is. */
export async function profileSets(sql: TenantSql): Promise<ReadonlySet<number>[]> {
  return (await profileEntitlementSets(sql)).map(({ entitlementKeys }) => new Set(entitlementKeys))
}

/** Count and figures of a role from which some entitlements are excluded; `granted` is parallel to `own`. */
export function figuresWithout(
  excluded: readonly number[],
  role: { readonly own: readonly number[]; readonly granted: readonly number[]; readonly size: number },
  profiles: readonly ReadonlySet<number>[],
) {
  const isExcluded = new Set(excluded)
  const left = [...role.own.keys()].filter((i) => !isExcluded.has(role.own[i]))
  const grantCount = left.reduce((sum, i) => sum + role.granted[i], 0)
  const density = densityOf(grantCount, role.size, left.length)
  const freshness = freshnessOf(
    left.map((i) => role.own[i]),
    profiles,
  )
  return { entitlementCount: left.length, density, freshness, quality: qualityOf(density, freshness) }
}
