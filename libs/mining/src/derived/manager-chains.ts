/**
 * The largest number of managers above a person that count, the nearest first: a list has no more columns, and no organisation so many
 * levels.
 */
export const mostLevels = 32

/**
 * All managers above each identity: the manager, the manager's manager, and so on, the nearest first. So "all people below M" is a shared
 * value, and a role of a whole branch needs no list of its managers. A manager who is not an identity ends a chain. In a cycle of
 * managers, a chain ends before it repeats the person or another manager.
 *
 * @param manager per identity the ordinal of a manager's name, -1 without one
 * @param identityOf per name the ordinal of the identity with that name, -1 for none
 * @returns per identity the ordinals of names; empty without a manager
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
