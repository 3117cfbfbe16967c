import { MiningError } from '@assay/mining'

/**
 * `fewest_roles`: every grant covered, none added, as few roles as possible. `least_complexity`: the same, with the fewest
 * roles and links together. `least_description`: grants may stay uncovered, and, if priced, be added, where that is cheaper.
 */
const roleModelObjectives = ['fewest_roles', 'least_complexity', 'least_description'] as const
export type RoleModelObjective = (typeof roleModelObjectives)[number]

/** What the parts of a description cost. */
export interface DescriptionPrices {
  readonly role: number
  readonly membership: number
  readonly entitlement: number
  /** A grant that no role gives. */
  readonly missing: number
  /** A grant that a role gives to somebody who does not have it; `Infinity` forbids it. */
  readonly added: number
}

/** A role that stays as it is. */
export interface KeptRole {
  readonly entitlements: readonly number[]
  /** Who has it; everyone who holds all the entitlements when left out. */
  readonly identities?: readonly number[] | undefined
}

export interface RoleModelConstraints {
  readonly maxRolesPerIdentity?: number | undefined
  readonly maxIdentitiesPerRole?: number | undefined
  readonly maxEntitlementsPerRole?: number | undefined
  /** Pairs of entitlements that no role may hold together. */
  readonly forbiddenPairs?: readonly (readonly [number, number])[] | undefined
  /** Pairs of disjoint sets: no role holds something of both. */
  readonly forbiddenSets?: readonly (readonly [readonly number[], readonly number[]])[] | undefined
  readonly keptRoles?: readonly KeptRole[] | undefined
  /**
   * Only with objective `least_description`, where it is 2 unless given: a role of one identity shares nothing, but on
   * noisy access it would be the cheapest list of that identity's exceptions.
   */
  readonly minIdentitiesPerRole?: number | undefined
  /** How many grants may be added in all, at least 1; leave it out to add none. */
  readonly overGrantBudget?: number | undefined
}

export interface RoleModelSettings {
  readonly objective?: RoleModelObjective | undefined
  readonly prices?: Partial<DescriptionPrices> | undefined
  readonly constraints?: RoleModelConstraints | undefined
  /** Seed of the searches. The same access, settings and seed give the same bytes. */
  readonly seed?: number | undefined
  /**
   * Steps that a search may take for each part of the access, those for fewer roles without getting better (more on large
   * parts); a number, not a time, so that results can be repeated. Default 8000.
   */
  readonly searchIterations?: number | undefined
  /** Branches that may be tried to prove the number of roles of one part. */
  readonly proofNodes?: number | undefined
  /**
   * How much work a run may take, in steps of about ten microseconds on a machine of 2025: a number, not a time, so that
   * results can be repeated. What was reached when it is used up is returned, exact where the objective asks for it, and the
   * model says which phase was cut short. Default 6 million, about a minute.
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
 * A link costs one. A grant given by hand costs two, as somebody has to ask and somebody to decide each time; one that is too
 * much costs twice that. A role costs as much as ten links: below that, on noisy access, two identities and two stray grants
 * make a role, and beyond it small planted roles are lost. (Recovery of planted roles with 5 % of the grants moved, four
 * sets: F1 0.51 to 0.93 at a price of 3, 0.92 to 0.98 at 10, 0.90 to 1.00 at 15.)
 */
export const defaultPrices: DescriptionPrices = { role: 10, membership: 1, entitlement: 1, missing: 2, added: 4 }

/** Settings with defaults filled in. Throws `bad_settings` for what can be told without the access. */
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
    throw bad('constraints.minIdentitiesPerRole', 'objective least_description, as others cover every grant', objective)
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
