import { type EntitlementReference, entitlementKeys, identityKeys } from '@assay/directory'
import { invalidArgument, itemAt } from '@assay/errors'
import { MiningError } from '@assay/mining'
import { type DescriptionPrices, type RoleModelObjective, resolveRoleModelSettings } from '@assay/role-model'
import type { TenantSql } from '@assay/store'

/** Limits that name no entitlements or people. */
interface Limits {
  readonly maxRolesPerIdentity?: number | undefined
  readonly maxIdentitiesPerRole?: number | undefined
  readonly maxEntitlementsPerRole?: number | undefined
  readonly overGrantBudget?: number | undefined
}

/** The request for a role model, with the customer's ids. Absent members have their defaults. */
export interface RoleModelRequest {
  readonly objective?: RoleModelObjective | undefined
  readonly prices?: Partial<DescriptionPrices> | undefined
  readonly seed?: number | undefined
  readonly includesFronts?: boolean | undefined
  readonly limits?: Limits | undefined
  readonly forbiddenPairs?: readonly (readonly [EntitlementReference, EntitlementReference])[] | undefined
  /** Without identities: all people who hold the entitlements. */
  readonly keptRoles?:
    | readonly { readonly entitlements: readonly EntitlementReference[]; readonly identityIds: readonly string[] }[]
    | undefined
}

/** The settings by keys of the directory. Stored as JSON. */
export interface StoredSettings {
  readonly objective: RoleModelObjective
  /** JSON has no infinity. Null stands for an infinite price of an added grant, which forbids added grants. */
  readonly prices: Omit<DescriptionPrices, 'added'> & { readonly added: number | null }
  readonly seed: number
  /** Absent in settings that a version without fronts stored. */
  readonly includesFronts?: boolean
  readonly limits: Limits
  readonly forbiddenPairs: readonly (readonly [number, number])[]
  readonly keptRoles: readonly { readonly entitlements: readonly number[]; readonly identities?: readonly number[] }[]
}

const mostNamed = 10_000

/** @throws invalid_argument with the name of the member that is out of its limits, or that names what does not exist */
export async function settingsOf(sql: TenantSql, request: RoleModelRequest): Promise<StoredSettings> {
  const { forbiddenPairs = [], keptRoles = [], limits = {} } = request
  const { objective, prices, seed } = resolve(request)
  requireFew('constraints.forbidden_pairs', forbiddenPairs.length)
  requireFew('constraints.kept_roles', keptRoles.length)
  const names = new Names()
  const pairs = forbiddenPairs.map(([first, second], index) => {
    const field = `constraints.forbidden_pairs[${index}]`
    const pair = [names.add(`${field}.first`, first), names.add(`${field}.second`, second)] as const
    if (pair[0] === pair[1]) throw invalidArgument(field, 'must be two different entitlements')
    return pair
  })
  const kept = keptRoles.map(({ entitlements }, index) => {
    const field = `constraints.kept_roles[${index}].entitlements`
    if (entitlements.length === 0) throw invalidArgument(field, 'must hold at least one entitlement')
    return entitlements.map((one, place) => names.add(`${field}[${place}]`, one))
  })
  const keys = await names.keys(sql)
  const identities = await keysOfIdentities(sql, keptRoles)
  return {
    objective,
    prices: { ...prices, added: prices.added === Number.POSITIVE_INFINITY ? null : prices.added },
    seed,
    ...(request.includesFronts && { includesFronts: true }),
    limits,
    forbiddenPairs: pairs.map(([first, second]) => [itemAt(keys, first), itemAt(keys, second)]),
    keptRoles: kept.map((places, index) => ({
      entitlements: [...new Set(places.map((place) => itemAt(keys, place)))],
      ...(itemAt(identities, index).length > 0 && { identities: itemAt(identities, index) }),
    })),
  }
}

function resolve({ objective, prices, seed, limits }: RoleModelRequest) {
  try {
    return resolveRoleModelSettings({ objective, prices, seed, constraints: limits })
  } catch (error) {
    if (!(error instanceof MiningError)) throw error
    const field = error.field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    throw invalidArgument(field, `must be ${error.expected}, not ${error.got}`)
  }
}

function requireFew(field: string, count: number): void {
  if (count > mostNamed) throw invalidArgument(field, `at most ${mostNamed}, not ${count}`)
}

/** The entitlements of a request, each once, with the field that names it first. */
class Names {
  readonly #places = new Map<string, number>()
  readonly #named: (EntitlementReference & { readonly field: string })[] = []

  add(field: string, { applicationId, entitlementId }: EntitlementReference): number {
    const name = JSON.stringify([applicationId, entitlementId])
    const known = this.#places.get(name)
    if (known !== undefined) return known
    this.#named.push({ applicationId, entitlementId, field })
    this.#places.set(name, this.#named.length - 1)
    return this.#named.length - 1
  }

  async keys(sql: TenantSql): Promise<number[]> {
    const keys = await entitlementKeys(sql, this.#named)
    return this.#named.map(({ field, applicationId, entitlementId }, place) => {
      const key = keys[place]
      if (key === undefined)
        throw invalidArgument(field, `application "${applicationId}" has no entitlement "${entitlementId}"`)
      return key
    })
  }
}

async function keysOfIdentities(
  sql: TenantSql,
  keptRoles: readonly { readonly identityIds: readonly string[] }[],
): Promise<number[][]> {
  const keys = await identityKeys(sql, [...new Set(keptRoles.flatMap(({ identityIds }) => identityIds))])
  return keptRoles.map(({ identityIds }, index) =>
    [...new Set(identityIds)].map((id) => {
      const key = keys.get(id)
      if (key === undefined)
        throw invalidArgument(`constraints.kept_roles[${index}].identity_ids`, `there is no identity "${id}"`)
      return key
    }),
  )
}
