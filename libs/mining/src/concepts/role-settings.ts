import { MiningError } from '../mining-error.ts'
import type { PoliciesInForce } from '../policy/policies-in-force.ts'

/** SPECIALIZED: access that groups of people share. COMMON: access that nearly all people hold, as one role. */
export type RoleType = 'SPECIALIZED' | 'COMMON'

/** The settings of role mining. All are optional in the input; `resolveRoleSettings` fills in the default that each field states. */
export interface RoleMiningSettings {
  /** Identity ordinals, in any order, duplicates ignored. Default: every enabled identity. */
  readonly population: ArrayLike<number> | undefined
  /**
   * The least share of a role's entitlements that a member holds, in percent, 0 to 100. A higher value gives fewer, tighter roles.
   * Default: prescribed by the least description length; then each role may set its own limit above one half.
   */
  readonly tightness: number | undefined
  /** The least number of identities in a role, 1 to 1,000,000. Default 20. */
  readonly minIdentities: number
  /** The least number of entitlements in a role, at least 1. Default 2: a role of one entitlement says no more than the entitlement. */
  readonly minEntitlements: number
  /** Default SPECIALIZED. */
  readonly type: RoleType
  /** Ordinals of the entitlements that are confirmed as common access. Default none. */
  readonly commonEntitlements: ArrayLike<number>
  /**
   * An entitlement that this share of all enabled people holds is common access; when `type` is COMMON, a share of the population.
   * Default 0.8.
   */
  readonly commonAccessShare: number
  /** Entitlement ordinals of existing access profiles, for `freshness`. Default none. */
  readonly existingProfiles: readonly ArrayLike<number>[]
  /** The largest number of attributes in the rule that explains a role, 0 to 3. Default 3. */
  readonly maxFilters: number
  /** The policies that are applied to roles before they are proposed. Default none. */
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

/** The settings with defaults filled in, checked against a snapshot's size. Throws `bad_settings` with the field. */
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

/** Throws `bad_settings` for the first element that is not an ordinal below `count`. */
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
