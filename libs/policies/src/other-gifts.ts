import { ordinalsOf, type Snapshot } from '@assay/mining'
import type { CompiledPolicies } from './compile-policies.ts'
import { separatedEntitlements } from './separated-entitlements.ts'

/** The entitlements of an access profile, with the people who are members or have a pending task; keys of the directory. */
interface GivenEntitlements {
  readonly entitlementKeys: readonly number[]
  readonly memberKeys: Int32Array
  readonly askedKeys: Int32Array
}

/** The access that people get from access profiles in addition to the data: for each person the sides, by policy of separation. */
export type OtherGifts = ReadonlyMap<number, Uint8Array>

/** Keys of all entitlements that policies of separation check, with the groups that give them. */
export function separatedKeys({ entitlementKey }: Snapshot, compiled: CompiledPolicies): number[] {
  const { isSeparated } = separatedEntitlements(compiled)
  return [...entitlementKey].filter((_, ordinal) => isSeparated[ordinal] === 1)
}

/** For each policy of separation the sides of some entitlements (keys); undefined when no policy has one of them. */
export function sidesOf(
  { entitlementKey }: Snapshot,
  { separation }: CompiledPolicies,
  keys: readonly number[],
): Uint8Array | undefined {
  const { ordinals } = ordinalsOf(entitlementKey, keys)
  const given = Uint8Array.from(separation, ({ sides }) => ordinals.reduce((all, e) => all | sides[e]!, 0))
  return given.some((sides) => sides !== 0) ? given : undefined
}

/** The sides that the profiles give to some people: ordinals of identities. */
export function giftsOf(
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  profiles: readonly GivenEntitlements[],
  people: Uint32Array,
): OtherGifts {
  const gifts = new Map<number, Uint8Array>()
  const wanted = new Uint8Array(snapshot.identityCount)
  for (const person of people) wanted[person] = 1
  for (const { entitlementKeys, memberKeys, askedKeys } of profiles) {
    const sides = sidesOf(snapshot, compiled, entitlementKeys)
    if (sides === undefined) continue
    for (const keys of [memberKeys, askedKeys]) {
      for (const person of ordinalsOf(snapshot.identityKey, keys).ordinals) {
        if (wanted[person] === 0) continue
        const own = gifts.get(person) ?? new Uint8Array(compiled.separation.length)
        for (let place = 0; place < own.length; place++) own[place]! |= sides[place]!
        gifts.set(person, own)
      }
    }
  }
  return gifts
}
