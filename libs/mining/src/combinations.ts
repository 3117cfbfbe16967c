/** Positions in the graph's attributes, ascending. */
export type Combination = readonly number[]

export function combinationKey(combination: Combination): string {
  return combination.join(',')
}

/** All combinations of `size` of the positions, in lexicographic order. */
export function combinationsOf(positions: readonly number[], size: number): Combination[] {
  if (size === 0) return [[]]
  return positions.flatMap((first, i) =>
    combinationsOf(positions.slice(i + 1), size - 1).map((rest) => [first, ...rest]),
  )
}
