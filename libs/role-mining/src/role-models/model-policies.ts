import { CandidateCounter, cutCandidate, MiningError, type Snapshot } from '@assay/mining'
import { type CompiledPolicies, type StoredLeftOut, storedLeftOut } from '@assay/policies'
import type { AccessRows, RoleModelFigures } from '@assay/role-model'

/** The effect of policies on a role model. Stored as JSON. */
export interface ModelPolicies {
  /** Number of grants that no role may give: protected and unused access. */
  readonly leftOutGrants: number
  readonly effects: readonly { readonly policyId: string; readonly policyName: string; readonly leftOut: number }[]
  /** Number of roles that policies left too small. */
  readonly refusedRoles: number
  /** Number of people who have entitlements of both sets of a policy through two roles, as they have today. */
  readonly breachCount: number
  /** The first breaches, by key. */
  readonly breaches: readonly { readonly policyId: string; readonly policyName: string; readonly identityKey: number }[]
}

/** A role of a model, by ordinals: people of its access, and entitlements of the snapshot. */
export interface ModelRole {
  readonly identities: Uint32Array
  readonly entitlements: Uint32Array
  readonly kept: number
}

/** A role after policies were applied. */
export interface AllowedRole extends ModelRole {
  readonly leftOut: readonly StoredLeftOut[]
}

const mostBreaches = 1000

/** Applies the policies in force to the people of a role model. */
export class ModelPolicing {
  readonly #snapshot: Snapshot
  readonly #compiled: CompiledPolicies
  /** The identity ordinal of each person. */
  readonly #persons: Uint32Array
  /** For each policy, the number of grants that it keeps out of all roles. */
  readonly #leftOut: Uint32Array

  constructor(snapshot: Snapshot, compiled: CompiledPolicies, persons: Uint32Array) {
    this.#snapshot = snapshot
    this.#compiled = compiled
    this.#persons = persons
    this.#leftOut = new Uint32Array(compiled.names.length)
  }

  /** Pairs of sets of ordinals: no role may have entitlements of both sets of a pair. */
  get forbiddenSets(): (readonly [readonly number[], readonly number[]])[] {
    return this.#compiled.separation.map(({ sides }) => {
      const of = (side: number) => [...sides.keys()].filter((e) => sides[e] === side)
      return [of(1), of(2)] as const
    })
  }

  /** The access without the grants that no role may give. */
  masked({ rowOffset, rowEntitlement, ...counts }: AccessRows): AccessRows {
    const { rowOffset: start } = this.#snapshot
    const barredBy = this.#barredBy()
    const { unused } = this.#compiled.inForce
    const offsets = new Uint32Array(rowOffset.length)
    const kept = new Uint32Array(rowEntitlement.length)
    let write = 0
    this.#leftOut.fill(0)
    for (let person = 0; person + 1 < rowOffset.length; person++) {
      const first = start[this.#persons[person]!]!
      for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) {
        const by = barredBy[rowEntitlement[at]!] || (unused?.[first + at - rowOffset[person]!] ?? 0)
        if (by === 0) kept[write++] = rowEntitlement[at]!
        else this.#leftOut[by - 1]!++
      }
      offsets[person + 1] = write
    }
    return { ...counts, rowOffset: offsets, rowEntitlement: kept.slice(0, write) }
  }

  /** For each entitlement, 1 + the index of the policy that bars it from all roles, or 0. */
  #barredBy(): Uint16Array {
    const { inForce } = this.#compiled
    const by = new Uint16Array(this.#snapshot.entitlementCount)
    const bar = (policy: number, isBarred: (e: number) => boolean) => {
      for (let e = 0; e < by.length; e++) if (by[e] === 0 && isBarred(e)) by[e] = policy + 1
    }
    for (const { policy, isProtected, leastCoverage } of inForce.protection) {
      if (leastCoverage === undefined) bar(policy, (e) => isProtected[e] === 1)
    }
    for (const { policy, sides } of inForce.separation) bar(policy, (e) => sides[e] === 3)
    return by
  }

  /** @throws MiningError `bad_settings` for a kept role that policies do not allow */
  requireKept(roles: readonly { readonly entitlements: readonly number[] }[]): void {
    const barredBy = this.#barredBy()
    for (const [index, { entitlements }] of roles.entries()) {
      const field = `constraints.keptRoles[${index}].entitlements`
      const barred = entitlements.find((e) => barredBy[e]! > 0)
      if (barred !== undefined) throw this.#notAllowed(field, barredBy[barred]! - 1)
      for (const { policy, sides } of this.#compiled.separation) {
        if (entitlements.reduce((all, e) => all | sides[e]!, 0) === 3) throw this.#notAllowed(field, policy)
      }
    }
  }

  #notAllowed(field: string, policy: number): MiningError {
    const name = this.#compiled.names[policy]!.displayName
    return new MiningError('bad_settings', field, `what policy "${name}" allows`, 'something else')
  }

  /** The roles, cut to what policies allow. Roles that would be too small are left out; kept roles stay unchanged. */
  cut(roles: readonly ModelRole[]): { readonly roles: AllowedRole[]; readonly refused: number } {
    const counter = new CandidateCounter(this.#snapshot, this.#compiled.inForce)
    const allowed = this.#withoutFreshBreaches(roles).flatMap((role): AllowedRole[] => {
      if (role.kept >= 0) return [{ ...role, leftOut: [] }]
      const identities = role.identities.map((person) => this.#persons[person]!)
      const counts = counter.count(identities, role.entitlements, 0)
      const { kept, leftOut, refusedBy } = cutCandidate(counts, this.#compiled.inForce)
      if (refusedBy !== undefined || kept.length === 0) return []
      const entitlements = Uint32Array.from(kept, (at) => role.entitlements[at]!)
      return [{ ...role, entitlements, leftOut: storedLeftOut(this.#snapshot, this.#compiled, leftOut) }]
    })
    return { roles: allowed, refused: roles.length - allowed.length }
  }

  /** Removes people from a role that would give them entitlements of one set of a policy when they hold only those of the other set. */
  #withoutFreshBreaches(roles: readonly ModelRole[]): ModelRole[] {
    let left = [...roles]
    for (const { sides, excepted } of this.#compiled.separation) {
      const given = left.map(({ entitlements }) => entitlements.reduce((all, e) => all | sides[e]!, 0))
      left = left
        .map((role, r) => {
          if (given[r] === 0 || role.kept >= 0) return role
          const identities = role.identities.filter((person) => {
            // A person who holds nothing of both sets gets at most entitlements of the first set.
            const allowedSides = this.#heldSides(person, sides) || 1
            return (
              (given[r]! & ~allowedSides) === 0 || excepted.has(this.#snapshot.identityKey[this.#persons[person]!]!)
            )
          })
          return { ...role, identities }
        })
        .filter(({ identities }) => identities.length > 0)
    }
    return left
  }

  #heldSides(person: number, sides: Uint8Array): number {
    const { rowOffset, rowEntitlement } = this.#snapshot
    const identity = this.#persons[person]!
    let held = 0
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) held |= sides[rowEntitlement[at]!]!
    return held
  }

  /** @param roles the roles that `cut` returned */
  report(roles: readonly AllowedRole[], refusedRoles: number): ModelPolicies {
    const { names, separation } = this.#compiled
    const sidesOf = separation.map(({ sides }) => {
      const given = new Uint8Array(this.#persons.length)
      for (const { identities, entitlements } of roles) {
        const side = entitlements.reduce((all, e) => all | sides[e]!, 0)
        if (side > 0) for (const person of identities) given[person]! |= side
      }
      return given
    })
    const breaches = separation.flatMap(({ policy, excepted }, s) =>
      [...sidesOf[s]!.keys()]
        .filter((person) => sidesOf[s]![person] === 3)
        .map((person) => ({
          policyId: names[policy]!.id,
          policyName: names[policy]!.displayName,
          identityKey: this.#snapshot.identityKey[this.#persons[person]!]!,
        }))
        .filter(({ identityKey }) => !excepted.has(identityKey)),
    )
    return {
      leftOutGrants: this.#leftOut.reduce((sum, count) => sum + count, 0),
      effects: names.flatMap(({ id, displayName }, policy) => {
        const cut = roles.reduce((sum, { leftOut }) => sum + leftOut.filter((one) => one.policyId === id).length, 0)
        const leftOut = this.#leftOut[policy]! + cut
        return leftOut === 0 ? [] : { policyId: id, policyName: displayName, leftOut }
      }),
      refusedRoles,
      breachCount: breaches.length,
      breaches: breaches.slice(0, mostBreaches),
    }
  }
}

/**
 * Figures over all present access for the roles after policies were applied: the grants that policies keep out of roles count as missing.
 * @param access all access, with those grants
 */
export function figuresUnderPolicies(
  access: AccessRows,
  roles: readonly ModelRole[],
  figures: RoleModelFigures,
  prices: { role: number; membership: number; entitlement: number; missing: number; added: number },
): RoleModelFigures {
  const rolesOf: number[][] = Array.from({ length: access.identityCount }, () => [])
  for (const [r, { identities }] of roles.entries()) for (const person of identities) rolesOf[person]!.push(r)
  const given = new Int32Array(access.entitlementCount).fill(-1)
  let missing = 0
  let added = 0
  for (let person = 0; person < access.identityCount; person++) {
    let count = 0
    for (const r of rolesOf[person]!) {
      for (const e of roles[r]!.entitlements) {
        if (given[e] === person) continue
        given[e] = person
        count++
      }
    }
    let covered = 0
    for (let at = access.rowOffset[person]!; at < access.rowOffset[person + 1]!; at++) {
      if (given[access.rowEntitlement[at]!] === person) covered++
      else missing++
    }
    added += count - covered
  }
  const memberships = roles.reduce((sum, { identities }) => sum + identities.length, 0)
  const entitlementLinks = roles.reduce((sum, { entitlements }) => sum + entitlements.length, 0)
  return {
    ...figures,
    roles: roles.length,
    memberships,
    entitlementLinks,
    complexity: roles.length + memberships + entitlementLinks,
    descriptionLength:
      roles.length * prices.role +
      memberships * prices.membership +
      entitlementLinks * prices.entitlement +
      missing * prices.missing +
      // Infinity times 0 is NaN.
      (added === 0 ? 0 : added * prices.added),
    grants: access.rowEntitlement.length,
    missing,
    added,
  }
}
