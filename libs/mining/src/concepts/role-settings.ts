import { MiningError } from '../mining-error.ts'
import type { PoliciesInForce } from '../policy/policies-in-force.ts'

/** SPECIALIZED: what groups of people share. COMMON: what nearly everyone holds, as one role. */
export type RoleType = 'SPECIALIZED' | 'COMMON'

/** All optional on the way in; `resolveRoleSettings` fills the defaults, which stand at each field. */
export interface RoleMiningSettings {
  /** Identity ordinals, in any order, duplicates ignored. Default: every enabled identity. */
  readonly population: ArrayLike<number> | undefined
  /**
   * Least share of a role's entitlements that a member holds, in percent, 0 to 100. Higher gives fewer, tighter roles.
   * Default: prescribed, by least description length; then each role may draw its own line above one half.
   */
  readonly tightness: number | undefined
  /** Fewest identities in a role, 1 to 1,000,000. Default 20. */
  readonly minIdentities: number
  /** Fewest entitlements in a role, at least 1. Default 2: a role of one entitlement says no more than the entitlement. */
  readonly minEntitlements: number
  /** Default SPECIALIZED. */
  readonly type: RoleType
  /** Entitlement ordinals that are common access by decision. Default none. */
  readonly commonEntitlements: ArrayLike<number>
  /** What this share of all enabled people holds is common access; of the population when `type` is COMMON. Default 0.8. */
  readonly commonAccessShare: number
  /** Entitlement ordinals of existing access profiles, for `freshness`. Default none. */
  readonly existingProfiles: readonly ArrayLike<number>[]
  /** Most attributes in the rule that explains a role, 0 to 3. Default 3. */
  readonly maxFilters: number
  /** What roles are cut to before they are proposed. Default none. */
  readonly policies: PoliciesInForce | undefined
}

export const defaultRoleSettings: RoleMiningSettings = {
  population: undefined,
  tightness: undefined,
  minIdentities: 20,
  minEntitlements: 2,
  type: 'SPECIALIZED',
  commonEntitlements: [],
  commonAccessShare: 0.8,
  existingProfiles: [],
  maxFilters: 3,
  policies: undefined,
}

/** The settings with defaults in place, checked against a snapshot's size; throws `bad_settings` naming the field. */
export function resolveRoleSettings(
  given: Partial<RoleMiningSettings>,
  counts: { readonly identityCount: number; readonly entitlementCount: number },
): RoleMiningSettings {
  for (const key of Object.keys(given)) {
    if (!(key in defaultRoleSettings)) {
      throw bad(key, `one of ${Object.keys(defaultRoleSettings).join(', ')}`, 'an unknown name')
    }
  }
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const settings: RoleMiningSettings = { ...defaultRoleSettings, ...stated }
  whole('minIdentities', settings.minIdentities, 1, 1_000_000)
  whole('minEntitlements', settings.minEntitlements, 1, 1_000_000)
  whole('maxFilters', settings.maxFilters, 0, 3)
  const { tightness, commonAccessShare, type } = settings
  if (tightness !== undefined && !(tightness >= 0 && tightness <= 100)) {
    throw bad('tightness', 'a percentage from 0 to 100, or none for the prescribed one', tightness)
  }
  if (!(commonAccessShare > 0 && commonAccessShare <= 1)) {
    throw bad('commonAccessShare', 'more than 0 and at most 1', commonAccessShare)
  }
  if (type !== 'SPECIALIZED' && type !== 'COMMON') {
    throw bad('type', '"SPECIALIZED" or "COMMON"', JSON.stringify(type))
  }
  if (settings.population !== undefined) ordinals('population', settings.population, counts.identityCount)
  ordinals('commonEntitlements', settings.commonEntitlements, counts.entitlementCount)
  for (const [p, profile] of settings.existingProfiles.entries()) {
    ordinals(`existingProfiles[${p}]`, profile, counts.entitlementCount)
  }
  return settings
}

/** Throws `bad_settings` for the first element that is no ordinal below `count`. */
export function ordinals(field: string, values: ArrayLike<number>, count: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!(Number.isInteger(value) && value >= 0 && value < count)) {
      throw bad(`${field}[${i}]`, `an ordinal below ${count}`, value)
    }
  }
}

function whole(field: string, value: number, least: number, most: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    throw bad(field, `a whole number from ${least} to ${most}`, value)
  }
}

function bad(field: string, expected: string, got: string | number): MiningError {
  return new MiningError('bad_settings', field, expected, got)
}
