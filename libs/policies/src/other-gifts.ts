import { ordinalsOf, type Snapshot } from '@assay/mining'
import type { CompiledPolicies } from './compile-policies.ts'
import { separatedEntitlements } from './separated-entitlements.ts'

/** An access profile with those who have it, or are about to; keys of the directory. */
interface GivenEntitlements {
  readonly entitlementKeys: readonly number[]
  readonly memberKeys: Int32Array
  readonly askedKeys: Int32Array
}

/** What people get of access profiles beside what the data say: per person and policy of separation the sides. */
export type OtherGifts = ReadonlyMap<number, Uint8Array>

/** Keys of all entitlements on which some policy of separation looks, groups that give them too. */
export function separatedKeys({ entitlementKey }: Snapshot, compiled: CompiledPolicies): number[] {
  const { isSeparated } = separatedEntitlements(compiled)
  return [...entitlementKey].filter((_, ordinal) => isSeparated[ordinal] === 1)
}

/** Per policy of separation the sides on which some entitlements (keys) stand; undefined when on none. */
export function sidesOf(
  { entitlementKey }: Snapshot,
  { separation }: CompiledPolicies,
  keys: readonly number[],
): Uint8Array | undefined {
  const { ordinals } = ordinalsOf(entitlementKey, keys)
  const given = Uint8Array.from(separation, ({ sides }) => ordinals.reduce((all, e) => all | sides[e]!, 0))
  return given.some((sides) => sides !== 0) ? given : undefined
}

/** What the profiles give to some people: ordinals of identities. */
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
