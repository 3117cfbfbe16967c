/** So many managers above a person count, the nearest ones: a list has no more columns, and no organisation so many levels. */
export const mostLevels = 32

/**
 * Everybody above each identity: the manager, the manager's manager, and so on, the nearest first. So "everybody below M" is a value
 * that they share, and a role of a whole branch needs no list of its managers. Who is named as a manager and is no identity
 * ends a chain. Where managers go round in a circle, a chain ends before it comes to the person again, or to anybody twice.
 *
 * @param manager per identity the ordinal of a manager's name, -1 without one
 * @param identityOf per name the identity that it names, -1 for none
 * @returns per identity ordinals of names; empty for who has no manager
 */
export function managerChains(manager: Int32Array, identityOf: Int32Array): readonly (readonly number[])[] {
  return Array.from(manager, (first, identity) => {
    const chain: number[] = []
    let name = first
    while (name >= 0 && chain.length < mostLevels) {
      const above = identityOf[name]!
      if (above === identity || chain.includes(name)) break
      chain.push(name)
      name = above < 0 ? -1 : manager[above]!
    }
    return chain
  })
}
