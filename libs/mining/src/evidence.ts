/**
 * The evidence that is left of a finding when its choice among many is paid for, in bits: 4 bits means that chance
 * brings it about in one of 16 places where it was looked for. Nothing found with less is told, or held against a cohort.
 */
export const leastEvidence = 4

/** n times the divergence of the share `held / n` from a rate: bits that the people give against the rate. */
export function divergence(held: number, n: number, rate: number): number {
  return partOf(held, held / n / rate) + partOf(n - held, (n - held) / n / (1 - rate))
}

/**
 * How far two groups are from one rate: bits saved by two rates instead of their common one. Symmetric, so that a small
 * rest is no proof; with a large one it is nearly the divergence from the rate of the rest.
 */
export function contrast(held: number, n: number, heldByRest: number, rest: number): number {
  const rate = (held + heldByRest) / (n + rest)
  if (rate === 0 || rate === 1) return 0
  return divergence(held, n, rate) + divergence(heldByRest, rest, rate)
}

/** Who holds so many of `count` entitlements has them as a block: half of them, more than half of an odd number. */
export function fewestOfBlock(count: number): number {
  return (count + 1) >> 1
}

/** Bits are compared in steps far below one, so that what is equal by the formula is equal in the computer. */
export function inSteps(bits: number): number {
  return Math.round(bits * 2 ** 20) / 2 ** 20
}

function partOf(weight: number, ratio: number): number {
  return weight === 0 ? 0 : weight * Math.log2(ratio)
}
