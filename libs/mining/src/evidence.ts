/**
 * The least evidence for a finding, in bits, after the cost of choosing it among many is subtracted. With 4 bits, chance produces such a
 * finding in one of 16 places that were searched. A finding with less is not reported and does not count against a cohort.
 */
export const leastEvidence = 4

/** n times the divergence of the share `held / n` from `rate`: the evidence, in bits, that the people give against the rate. */
export function divergence(held: number, n: number, rate: number): number {
  return partOf(held, held / n / rate) + partOf(n - held, (n - held) / n / (1 - rate))
}

/**
 * The evidence that two groups have different rates: the bits that two rates save over one common rate. It is symmetric, so a small rest
 * proves little. With a large rest it is nearly the divergence from the rate of the rest.
 */
export function contrast(held: number, n: number, heldByRest: number, rest: number): number {
  const rate = (held + heldByRest) / (n + rest)
  if (rate === 0 || rate === 1) return 0
  return divergence(held, n, rate) + divergence(heldByRest, rest, rate)
}

/** Whether more of the first group hold it than of the rest, by at least so many bits. */
export function differs(held: number, n: number, heldByRest: number, rest: number, least: number): boolean {
  return held * rest > heldByRest * n && inSteps(contrast(held, n, heldByRest, rest)) >= inSteps(least)
}

/** A person with at least this many of `count` entitlements holds them as a block: half of them, rounded up. */
export function fewestOfBlock(count: number): number {
  return (count + 1) >> 1
}

/** Rounds bits to small steps, so that values that are equal by the formula compare as equal. */
export function inSteps(bits: number): number {
  return Math.round(bits * 2 ** 20) / 2 ** 20
}

function partOf(weight: number, ratio: number): number {
  return weight === 0 ? 0 : weight * Math.log2(ratio)
}
