/** The largest share divided by the smallest: 1 when all are equal, infinite when one is 0. */
export function evenness(shares: readonly number[]): number {
  return Math.max(...shares) / Math.min(...shares)
}

/** The median of the slopes between all pairs of points; single peaks do not change it. */
export function theilSen(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes: number[] = []
  for (const [i, [x, y]] of points.entries()) {
    for (const [later, higher] of points.slice(i + 1)) if (later !== x) slopes.push((higher - y) / (later - x))
  }
  if (slopes.length === 0) return 0
  const sorted = Float64Array.from(slopes).sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
