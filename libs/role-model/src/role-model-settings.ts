import { MiningError } from '@assay/mining'

/**
 * `fewest_roles`: roles cover every grant and add none, with as few roles as possible. `least_complexity`: the same, with the
 * fewest roles and links together. `least_description`: grants may stay uncovered or, if `prices.added` is finite, be added,
 * where that makes the description cheaper.
 */
const roleModelObjectives = ['fewest_roles', 'least_complexity', 'least_description'] as const
export type RoleModelObjective = (typeof roleModelObjectives)[number]

/** The price of each part of a description. */
export interface DescriptionPrices {
  readonly role: number
  readonly membership: number
  readonly entitlement: number
  /** A grant that no role gives. */
  readonly missing: number
  /** A grant that a role gives to an identity that does not hold it. `Infinity` forbids such grants. */
  readonly added: number
}

/** A role that mining does not change. */
export interface KeptRole {
  readonly entitlements: readonly number[]
  /** Its members. Default: all identities that hold all its entitlements. */
  readonly identities?: readonly number[] | undefined
}

export interface RoleModelConstraints {
  readonly maxRolesPerIdentity?: number | undefined
  readonly maxIdentitiesPerRole?: number | undefined
  readonly maxEntitlementsPerRole?: number | undefined
  /** Pairs of entitlements that no role may hold together. */
  readonly forbiddenPairs?: readonly (readonly [number, number])[] | undefined
  /** Pairs of disjoint sets. No role may have entitlements of both sets of a pair. */
  readonly forbiddenSets?: readonly (readonly [readonly number[], readonly number[]])[] | undefined
  readonly keptRoles?: readonly KeptRole[] | undefined
  /**
   * Only with objective `least_description`, default 2. A role of one identity shares nothing, but on noisy access it would be
   * the cheapest list of that identity's exceptions.
   */
  readonly minIdentitiesPerRole?: number | undefined
  /**
   * How many grants the roles may add in total, at least 1. If absent, they add none (with `least_description`: as the prices
   * allow).
   */
  readonly overGrantBudget?: number | undefined
}

export interface RoleModelSettings {
  readonly objective?: RoleModelObjective | undefined
  readonly prices?: Partial<DescriptionPrices> | undefined
  readonly constraints?: RoleModelConstraints | undefined
  /** Seed of the searches. The same access, settings and seed give the same bytes. */
  readonly seed?: number | undefined
  /**
   * Steps that a search may take for each part of the access. The search for fewer roles counts steps without a gain, and may
   * take more on large parts. A number and not a time, so that results can be repeated. Default 8000.
   */
  readonly searchIterations?: number | undefined
  /** Branches that may be tried to prove the number of roles of one part. Default 20,000. */
  readonly proofNodes?: number | undefined
  /**
   * How much work a run may do, in steps of about ten microseconds on a machine of 2025. It is a number and not a time, so that results can
   * be repeated. When it is used up, the run returns the result so far (exact if the objective requires it), and the model says which phase
   * was cut short. Default 6 million, about a minute.
   */
  readonly workBudget?: number | undefined
}

export interface ResolvedSettings {
  readonly objective: RoleModelObjective
  readonly prices: DescriptionPrices
  readonly constraints: RoleModelConstraints
  readonly seed: number
  readonly searchIterations: number
  readonly proofNodes: number
  readonly workBudget: number
}

/**
 * A link costs one. A grant given by hand costs two, because each time one person has to ask and another has to decide. A grant
 * that is too much costs four. A role costs as much as ten links: with a lower price, on noisy access, two identities and two
 * stray grants make a role; with a higher one, small planted roles are lost. (Recovery of planted roles with 5 % of the grants
 * moved, four sets: F1 0.51 to 0.93 at a price of 3, 0.92 to 0.98 at 10, 0.90 to 1.00 at 15.)
 */
export const defaultPrices: DescriptionPrices = { role: 10, membership: 1, entitlement: 1, missing: 2, added: 4 }

/** The settings with defaults. Throws `bad_settings` for faults that can be found without the access. */
export function resolveRoleModelSettings(settings: RoleModelSettings): ResolvedSettings {
  const objective = settings.objective ?? 'fewest_roles'
  if (!roleModelObjectives.includes(objective)) {
    throw bad('objective', `one of ${roleModelObjectives.join(', ')}`, objective)
  }
  const prices = { ...defaultPrices }
  for (const name of ['role', 'membership', 'entitlement', 'missing', 'added'] as const) {
    const price = settings.prices?.[name]
    if (price === undefined) continue
    if (!(price >= 0) || (price === Number.POSITIVE_INFINITY && name !== 'added')) {
      throw bad(`prices.${name}`, name === 'added' ? '0 or more, or Infinity' : 'a finite number of 0 or more', price)
    }
    prices[name] = price
  }
  if (prices.missing === 0) throw bad('prices.missing', 'more than 0', 0)
  const constraints = settings.constraints ?? {}
  for (const name of [
    'maxRolesPerIdentity',
    'maxIdentitiesPerRole',
    'maxEntitlementsPerRole',
    'minIdentitiesPerRole',
    'overGrantBudget',
  ] as const) {
    const limit = constraints[name]
    if (limit !== undefined) wholeNumber(`constraints.${name}`, limit, 1)
  }
  const { minIdentitiesPerRole, maxIdentitiesPerRole = Number.POSITIVE_INFINITY } = constraints
  if (minIdentitiesPerRole !== undefined && objective !== 'least_description') {
    throw bad(
      'constraints.minIdentitiesPerRole',
      'objective least_description, because the other objectives cover every grant',
      objective,
    )
  }
  if (minIdentitiesPerRole !== undefined && minIdentitiesPerRole > maxIdentitiesPerRole) {
    throw bad(
      'constraints.minIdentitiesPerRole',
      `at most maxIdentitiesPerRole ${maxIdentitiesPerRole}`,
      minIdentitiesPerRole,
    )
  }
  return {
    objective,
    prices,
    constraints,
    seed: wholeNumber('seed', settings.seed ?? 1, 0),
    searchIterations: wholeNumber('searchIterations', settings.searchIterations ?? 8000, 1),
    proofNodes: wholeNumber('proofNodes', settings.proofNodes ?? 20_000, 1),
    workBudget: wholeNumber('workBudget', settings.workBudget ?? 6_000_000, 1),
  }
}

function wholeNumber(field: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least || value > 0xffff_ffff) {
    throw bad(field, `a whole number of ${least} or more`, value)
  }
  return value
}

function bad(field: string, expected: string, got: string | number): MiningError {
  return new MiningError('bad_settings', field, expected, got)
}
