/** A ranked item: its number, and whether it is right. */
export interface Ranked {
  readonly by: number
  readonly isRight: boolean
}

/** The probability that a right item has a higher rank than a wrong one, halves for ties: the area under `rankingCurve`. */
export function areaUnderCurve(all: readonly Ranked[]): number {
  const curve = rankingCurve(all)
  let area = 0
  for (const [i, [wrong, right]] of curve.entries()) {
    if (i === 0) continue
    const [wrongBefore, rightBefore] = curve[i - 1]!
    area += (wrong - wrongBefore) * (right + rightBefore) * 0.5
  }
  return area
}

/** From the top down, the shares of all wrong and all right items that have at least this rank: points of (wrong, right). */
export function rankingCurve(all: readonly Ranked[]): readonly (readonly [number, number])[] {
  const sorted = all.toSorted((a, b) => b.by - a.by)
  const rightCount = Math.max(1, sorted.filter(({ isRight }) => isRight).length)
  const wrongCount = Math.max(1, sorted.length - sorted.filter(({ isRight }) => isRight).length)
  const points: (readonly [number, number])[] = [[0, 0]]
  let right = 0
  let wrong = 0
  for (const [i, one] of sorted.entries()) {
    if (one.isRight) right++
    else wrong++
    if (sorted[i + 1]?.by !== one.by) points.push([wrong / wrongCount, right / rightCount])
  }
  return points
}

/** In bands of equal width, the mean stated probability and the true share: points of (stated, true). */
export function calibrationCurve(all: readonly Ranked[], bands: number): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = []
  for (let band = 0; band < bands; band++) {
    const inside = all.filter(({ by }) => Math.min(bands - 1, Math.floor(by * bands)) === band)
    if (inside.length < 5) continue
    const stated = inside.reduce((sum, { by }) => sum + by, 0) / inside.length
    found.push([stated, inside.filter(({ isRight }) => isRight).length / inside.length])
  }
  return found
}
