import { asNear, type Neighbours } from './similar-entitlements.ts'

/**
 * The similarity, relative to an entitlement's nearest neighbour, from which a neighbour is in its seed set: first narrow sets, then wide
 * ones.
 */
export const levels = [asNear, 0.6]

/** For each entitlement with neighbours: the list, and the similarity to its nearest neighbour. */
interface SeedLists {
  readonly best: Float32Array
  /** Lists with the nearest neighbours first. */
  readonly lists: readonly SeedList[]
}

interface SeedList {
  readonly e: number
  readonly part: Neighbours
  readonly start: number
  readonly end: number
}

/** Combines the answers. An entitlement that was not processed gets its neighbours from those that were. */
export function seedLists(parts: readonly Neighbours[], entitlementCount: number): SeedLists {
  const best = new Float32Array(entitlementCount)
  const lists: SeedList[] = []
  for (const part of parts) {
    const { of, offset, entitlement, similarity } = part
    for (let i = 0; i < of.length; i++) {
      if (offset[i + 1] === offset[i]) continue
      lists.push({ e: of[i]!, part, start: offset[i]!, end: offset[i + 1]! })
      best[of[i]!] = Math.max(best[of[i]!]!, similarity[offset[i]!]!)
      for (let at = offset[i]!; at < offset[i + 1]!; at++) {
        best[entitlement[at]!] = Math.max(best[entitlement[at]!]!, similarity[at]!)
      }
    }
  }
  return { best, lists: lists.sort((a, b) => best[b.e]! - best[a.e]! || a.e - b.e) }
}

/** Seed set `s` is `entitlement[offset[s] .. middle[s])`. The entitlements that may join it follow, up to `offset[s + 1]`. */
export interface Seeds {
  readonly offset: Uint32Array
  readonly middle: Uint32Array
  readonly entitlement: Uint32Array
}

/**
 * The seed sets of one level: each entitlement with its neighbours of that level, unless such a set already contains it. So a role gives
 * about one set, and not one for each entitlement. A neighbour that is much nearer to other entitlements is left out. `grownFrom` is the
 * concept of each entitlement, -1 for none: a set that is almost completely in one concept is left out too, because it would only grow to
 * that concept again.
 */
export function seedSets({ best, lists }: SeedLists, level: number, grownFrom: Int32Array): Seeds {
  const offset = [0]
  const middle: number[] = []
  const flat: number[] = []
  const isClaimed = new Uint8Array(best.length)
  for (const { e, part, start, end } of lists) {
    if (isClaimed[e] === 1) continue
    const { entitlement, similarity } = part
    const set = [e]
    const others: number[] = []
    for (let at = start; at < end; at++) {
      const f = entitlement[at]!
      const isIn = similarity[at]! >= best[e]! * level && similarity[at]! >= best[f]! * level
      ;(isIn ? set : others).push(f)
    }
    if (set.length < 2) continue
    for (const f of set) isClaimed[f] = 1
    const known = grownFrom[e]! < 0 ? 0 : set.filter((f) => grownFrom[f] === grownFrom[e]).length
    if (known * 10 >= set.length * 9) continue
    for (const f of set) flat.push(f)
    middle.push(flat.length)
    for (const f of others) flat.push(f)
    offset.push(flat.length)
  }
  return { offset: Uint32Array.from(offset), middle: Uint32Array.from(middle), entitlement: Uint32Array.from(flat) }
}
