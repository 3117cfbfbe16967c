import { MiningError } from '@assay/mining'
import { findGrant } from './check-access.ts'
import type { AccessRows } from './reduce-access.ts'
import type { KeptRole, RoleModelConstraints } from './role-model-settings.ts'

/**
 * For each entitlement the entitlements that must not be in a role with it. A map, because most have none. Entitlements of the
 * same sets share one list.
 */
export type ForbiddenPartners = ReadonlyMap<number, readonly number[]>

/** A kept role with its members, both lists ascending. */
interface KeptMembers {
  readonly entitlements: number[]
  readonly identities: number[]
}

export interface CheckedConstraints {
  readonly partners: ForbiddenPartners
  readonly kept: readonly KeptMembers[]
  /** Per grant of the access whether a kept role gives it. */
  readonly coveredByKept: Uint8Array
  /** For each identity the kept roles of which it is a member. */
  readonly keptOf: readonly (readonly number[])[]
}

/** Throws `bad_settings` with the constraint, and the place where it fails, if no model can obey the constraints. */
export function checkConstraints(
  access: AccessRows,
  constraints: RoleModelConstraints,
  isExact: boolean,
): CheckedConstraints {
  const partners = partnersOf(access, constraints)
  const kept = (constraints.keptRoles ?? []).map((role, index) =>
    keptMembers(access, constraints, partners, role, index),
  )
  const coveredByKept = new Uint8Array(access.rowEntitlement.length)
  const keptOf: number[][] = Array.from({ length: kept.length === 0 ? 0 : access.identityCount }, () => [])
  kept.forEach(({ identities, entitlements }, index) => {
    for (const identity of identities) {
      keptOf[identity]!.push(index)
      for (const entitlement of entitlements) coveredByKept[findGrant(access, identity, entitlement)] = 1
    }
  })
  const most = constraints.maxRolesPerIdentity
  if (most !== undefined) checkRolesPerIdentity(access, constraints, partners, coveredByKept, keptOf, most, isExact)
  return { partners, kept, coveredByKept, keptOf }
}

function checkRolesPerIdentity(
  access: AccessRows,
  constraints: RoleModelConstraints,
  partners: ForbiddenPartners,
  coveredByKept: Uint8Array,
  keptOf: readonly (readonly number[])[],
  most: number,
  isExact: boolean,
): void {
  const { rowOffset, rowEntitlement } = access
  const largest = constraints.maxEntitlementsPerRole
  if (largest === undefined && partners.size === 0 && keptOf.length === 0) return
  for (let identity = 0; identity < access.identityCount; identity++) {
    const rest: number[] = []
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
      // With objective `least_description` grants may stay without a role, so nothing has to fit.
      if (isExact && coveredByKept[at] === 0) rest.push(rowEntitlement[at]!)
    }
    const kept = keptOf[identity]?.length ?? 0
    const needed = kept + splitEntitlements(rest, largest, partners, most - kept).length
    if (needed <= most) continue
    const because = [
      kept > 0 ? `${kept} kept roles` : '',
      largest === undefined ? '' : `${rest.length} entitlements in roles of at most ${largest}`,
      partners.size > 0 ? 'forbidden pairs' : '',
    ]
    const expected = `at least ${needed} for identity ${identity} (${because.filter((word) => word !== '').join(', ')})`
    throw bad('constraints.maxRolesPerIdentity', expected, most)
  }
}

/**
 * The entitlements in groups of at most `largest`, none with a forbidden pair. It returns the groups of first-fit if there are
 * at most `enough` of them. Otherwise a limited search looks for at most `enough` groups.
 */
export function splitEntitlements(
  entitlements: readonly number[],
  largest: number | undefined,
  partners: ForbiddenPartners,
  enough: number,
): number[][] {
  const size = largest ?? Number.POSITIVE_INFINITY
  if (entitlements.length === 0) return []
  const inList = new Set(entitlements)
  const degree = (e: number) => partners.get(e)?.filter((other) => inList.has(other)).length ?? 0
  const order = partners.size === 0 ? entitlements : entitlements.toSorted((a, b) => degree(b) - degree(a) || a - b)
  const fits = (e: number, group: readonly number[]) =>
    group.length < size && !(partners.get(e)?.some((other) => group.includes(other)) ?? false)
  const groups: number[][] = []
  for (const e of order) {
    const group = groups.find((candidate) => fits(e, candidate))
    if (group === undefined) groups.push([e])
    else group.push(e)
  }
  if (groups.length <= enough || enough < 1 || entitlements.length > enough * size) return groups
  let nodes = 100_000
  const trial: number[][] = []
  const place = (at: number): boolean => {
    if (at === order.length) return true
    if (nodes-- <= 0) return false
    for (const group of trial) {
      if (!fits(order[at]!, group)) continue
      group.push(order[at]!)
      if (place(at + 1)) return true
      group.pop()
    }
    if (trial.length >= enough) return false
    trial.push([order[at]!])
    if (place(at + 1)) return true
    trial.pop()
    return false
  }
  return place(0) ? trial : groups
}

function partnersOf(
  access: AccessRows,
  { forbiddenPairs = [], forbiddenSets = [] }: RoleModelConstraints,
): ForbiddenPartners {
  const partners = new Map<number, number[]>()
  const add = (a: number, b: number) => {
    const list = partners.get(a)
    if (list === undefined) partners.set(a, [b])
    else if (!list.includes(b)) list.push(b)
  }
  forbiddenPairs.forEach(([a, b], index) => {
    const field = `constraints.forbiddenPairs[${index}]`
    checkOrdinal(`${field}[0]`, a, access.entitlementCount, 'entitlement')
    checkOrdinal(`${field}[1]`, b, access.entitlementCount, 'entitlement')
    if (a === b) throw bad(field, 'two different entitlements', `${a} twice`)
    add(a, b)
    add(b, a)
  })
  if (forbiddenSets.length > 0) addSets(access, partners, forbiddenSets)
  return partners
}

/** Sets are not expanded to pairs: entitlements that are in the same sets share one list. */
function addSets(
  access: AccessRows,
  partners: Map<number, number[]>,
  sets: NonNullable<RoleModelConstraints['forbiddenSets']>,
): void {
  const places = new Map<number, number[]>()
  sets.forEach((pair, index) => {
    pair.forEach((set, side) => {
      set.forEach((e, i) => {
        checkOrdinal(`constraints.forbiddenSets[${index}][${side}][${i}]`, e, access.entitlementCount, 'entitlement')
        const known = places.get(e)
        if (known?.includes(2 * index + 1 - side)) {
          throw bad(`constraints.forbiddenSets[${index}]`, 'disjoint sets', `${e} in both`)
        }
        if (known === undefined) places.set(e, [2 * index + side])
        else known.push(2 * index + side)
      })
    })
  })
  const shared = new Map<string, number[]>()
  for (const [e, of] of places) {
    const name = of.join()
    const others = shared.get(name) ?? [...new Set(of!.flatMap((place) => sets[place >> 1]![1 - (place & 1)]!))]
    shared.set(name, others)
    const own = partners.get(e)
    partners.set(e, own === undefined ? others : [...new Set([...own, ...others])])
  }
}

function keptMembers(
  access: AccessRows,
  constraints: RoleModelConstraints,
  partners: ForbiddenPartners,
  role: KeptRole,
  index: number,
): KeptMembers {
  const field = `constraints.keptRoles[${index}]`
  const entitlements = ascending(`${field}.entitlements`, role.entitlements, access.entitlementCount, 'entitlement')
  if (entitlements.length === 0) throw bad(`${field}.entitlements`, 'at least one entitlement', 'none')
  const largest = constraints.maxEntitlementsPerRole
  if (largest !== undefined && entitlements.length > largest) {
    throw bad(`${field}.entitlements`, `at most maxEntitlementsPerRole ${largest}`, entitlements.length)
  }
  for (const e of entitlements) {
    const partner = partners.get(e)?.find((other) => entitlements.includes(other))
    if (partner !== undefined) throw bad(`${field}.entitlements`, 'no forbidden pair', `${e} and ${partner}`)
  }
  const given = role.identities
  const identities =
    given === undefined
      ? Array.from({ length: access.identityCount }, (_, i) => i).filter((i) =>
          entitlements.every((e) => findGrant(access, i, e) >= 0),
        )
      : ascending(`${field}.identities`, given, access.identityCount, 'identity')
  for (const identity of given === undefined ? [] : identities) {
    const lacking = entitlements.find((e) => findGrant(access, identity, e) < 0)
    if (lacking === undefined) continue
    throw bad(`${field}.identities`, 'members that hold every entitlement', `identity ${identity} without ${lacking}`)
  }
  const most = constraints.maxIdentitiesPerRole
  if (most !== undefined && identities.length > most) {
    throw bad(`${field}.identities`, `at most maxIdentitiesPerRole ${most}`, identities.length)
  }
  return { entitlements, identities }
}

function ascending(field: string, list: readonly number[], count: number, noun: string): number[] {
  list.forEach((ordinal, i) => {
    checkOrdinal(`${field}[${i}]`, ordinal, count, noun)
  })
  const sorted = list.toSorted((a, b) => a - b)
  const twice = sorted.find((ordinal, i) => i > 0 && ordinal === sorted[i - 1])
  if (twice !== undefined) throw bad(field, 'each ordinal once', `${twice} twice`)
  return sorted
}

function checkOrdinal(field: string, ordinal: number, count: number, noun: string): void {
  if (Number.isInteger(ordinal) && ordinal >= 0 && ordinal < count) return
  throw bad(field, `less than the ${noun} count ${count}`, ordinal)
}

function bad(field: string, expected: string, got: string | number): MiningError {
  return new MiningError('bad_settings', field, expected, got)
}
