import { snapshotVersion } from '@assay/directory'
import { aborted } from '@assay/errors'
import { identityStatuses, ordinalOf, ordinalsOf, type Snapshot } from '@assay/mining'
import { type CompiledPolicies, holdPolicies, keptApart, separatedKeys, sidesOf } from '@assay/policies'
import { type GivingProfile, type HoldBack, type MembershipDifference, profilesGiving } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import type { LoadedSnapshot } from './loaded-snapshot.ts'

/**
 * Policies of separation keep people out of profiles although a rule selects them. They check the access data, and the entitlements that
 * other profiles give or are about to give. When two profiles would give a person both sides of a policy at once, the profile with the
 * smaller id gets the person. Call it before the transaction locks anything else; its lock is held until the transaction ends.
 * @param loaded the snapshot in force; undefined before the first import, when policies have no effect
 * @returns undefined when no policy separates entitlements
 */
export async function holdBackByPolicies(
  sql: TenantSql,
  tenantId: number,
  loaded: LoadedSnapshot | undefined,
): Promise<HoldBack | undefined> {
  const compiled = loaded && (await holdPolicies(sql, tenantId, loaded.snapshot))
  if (loaded === undefined || compiled === undefined || compiled.separation.length === 0) return undefined
  // This lock does not stop loads from coming into force. A person who is only in a later load is unknown to this snapshot.
  return async (scoped, differences) => {
    const version = await snapshotVersion(scoped)
    if (version !== loaded.version)
      throw aborted('the access data changed while membership rules were evaluated; try again')
    const profiles = await profilesGiving(scoped, separatedKeys(loaded.snapshot, compiled))
    return heldBack(loaded.snapshot, compiled, profiles, differences)
  }
}

/** The people who may join, parallel to the differences. The differences are judged in the order of profile ids. */
export function heldBack(
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  profiles: readonly GivingProfile[],
  differences: readonly MembershipDifference[],
): Awaited<ReturnType<HoldBack>> {
  const gifts = new GiftCounts(snapshot, compiled, profiles, differences)
  const turn = differences.map((_, place) => place)
  turn.sort((a, b) => (differences[a]!.profileId < differences[b]!.profileId ? -1 : 1))
  const results: { joining: Int32Array; note: string }[] = []
  for (const place of turn) results[place] = gifts.judge(differences[place]!)
  return results
}

/** For each person who is to join a profile: the number of profiles that give something of each side of each policy. */
class GiftCounts {
  readonly #snapshot: Snapshot
  readonly #compiled: CompiledPolicies
  /** The sides of each profile that gives something of a side. */
  readonly #sides = new Map<string, Uint8Array>()
  readonly #has = new Map<string, ReadonlySet<number>>()
  /** By ordinal of a person: for each policy, the number of profiles that give its first side and its second side. */
  readonly #counts = new Map<number, Uint16Array>()

  constructor(
    snapshot: Snapshot,
    compiled: CompiledPolicies,
    profiles: readonly GivingProfile[],
    differences: readonly MembershipDifference[],
  ) {
    this.#snapshot = snapshot
    this.#compiled = compiled
    for (const { profileId, entitlementKeys } of profiles) {
      const sides = sidesOf(snapshot, compiled, entitlementKeys)
      if (sides !== undefined) this.#sides.set(profileId, sides)
    }
    for (const { profileId, joining } of differences) {
      if (!this.#sides.has(profileId)) continue
      for (const person of ordinalsOf(snapshot.identityKey, joining).ordinals)
        this.#counts.set(person, new Uint16Array(2 * compiled.separation.length))
    }
    const leaving = new Map(differences.map((one) => [one.profileId, one.createTasks ? undefined : one.leaving]))
    for (const { profileId, memberKeys, askedKeys } of profiles) {
      const sides = this.#sides.get(profileId)
      if (sides === undefined) continue
      const leaves = new Set(ordinalsOf(snapshot.identityKey, leaving.get(profileId) ?? []).ordinals)
      const has = new Set<number>()
      for (const keys of [memberKeys, askedKeys]) {
        for (const person of ordinalsOf(snapshot.identityKey, keys).ordinals)
          if (this.#counts.has(person) && !leaves.has(person)) has.add(person)
      }
      this.#has.set(profileId, has)
      for (const person of has) this.#add(person, sides, 1)
    }
  }

  /** Finds the people who may join, and counts them as having the profile from now on. The note says why others may not. */
  judge({ profileId, joining }: MembershipDifference): { joining: Int32Array; note: string } {
    const sides = this.#sides.get(profileId)
    if (sides === undefined) return { joining, note: '' }
    const { identityKey, identityStatus } = this.#snapshot
    const has = this.#has.get(profileId)
    const kept = new Map<number, number>()
    const allowed = joining.filter((key) => {
      const person = ordinalOf(identityKey, key)
      // A person who is missing or not enabled gets no access by joining.
      if (person < 0 || identityStatus[person] !== identityStatuses.enabled) return true
      // A person with a pending task counts already.
      if (has?.has(person)) this.#add(person, sides, -1)
      const policy = keptApart(this.#snapshot, this.#compiled, person, this.#othersOf(person), sides)
      if (policy === undefined) this.#add(person, sides, 1)
      else kept.set(policy, (kept.get(policy) ?? 0) + 1)
      return policy === undefined
    })
    const notes = [...kept].map(([policy, count]) => {
      const people = count === 1 ? '1 person' : `${count.toLocaleString('en')} people`
      return `policy "${this.#compiled.names[policy]!.displayName}" keeps out ${people} whom the rule selects: they hold something of the other set, or get it from another access profile`
    })
    return { joining: allowed, note: notes.join('; ') }
  }

  #othersOf(person: number): Uint8Array {
    const counts = this.#counts.get(person) ?? new Uint16Array(0)
    return Uint8Array.from({ length: counts.length / 2 }, (_, place) => {
      const [first, second] = [counts[2 * place]!, counts[2 * place + 1]!]
      return (first > 0 ? 1 : 0) | (second > 0 ? 2 : 0)
    })
  }

  #add(person: number, sides: Uint8Array, by: 1 | -1): void {
    const counts = this.#counts.get(person)
    if (counts === undefined) return
    for (let place = 0; place < sides.length; place++) {
      if ((sides[place]! & 1) !== 0) counts[2 * place]! += by
      if ((sides[place]! & 2) !== 0) counts[2 * place + 1]! += by
    }
  }
}
