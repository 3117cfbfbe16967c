/** The least number of samples of a step of the curve; with fewer, the share is too uncertain. */
const leastWeight = 50

/**
 * Converts scores to probabilities by the outcomes of earlier samples with similar scores: a rising curve (isotonic regression, which
 * pools neighbours that are out of order), linear between the middles of its steps.
 */
export class CalibratedScores {
  private readonly middles: Float64Array
  private readonly shares: Float64Array

  constructor(outcomes: ScoreOutcomes) {
    const steps: Step[] = []
    for (const one of outcomes.rising()) {
      const last = steps[steps.length - 1]
      if (last !== undefined && last.weight < leastWeight) addTo(last, one)
      else steps.push(one)
      while (steps.length > 1 && shareOf(steps[steps.length - 2]!) >= shareOf(steps[steps.length - 1]!)) {
        const joined = steps.pop()
        if (joined !== undefined) addTo(steps[steps.length - 1]!, joined)
      }
    }
    this.middles = Float64Array.from(steps, ({ score, weight }) => score / weight)
    this.shares = Float64Array.from(steps, shareOf)
  }

  probability(score: number): number {
    const { middles, shares } = this
    if (middles.length === 0) return 0
    let low = 0
    let high = middles.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (middles[middle]! < score) low = middle + 1
      else high = middle
    }
    if (low === 0) return shares[0]!
    if (low === middles.length) return shares[low - 1]!
    const part = (score - middles[low - 1]!) / (middles[low]! - middles[low - 1]!)
    return shares[low - 1]! + part * (shares[low]! - shares[low - 1]!)
  }
}

interface Step {
  /** Multiplied by its weight. */
  score: number
  weight: number
  positive: number
}

/** The number of distinct scores in one unit. */
const resolution = 64
const mostScore = 32

/** Counts the outcomes of pairs by their score. */
export class ScoreOutcomes {
  private readonly seen = new Uint32Array(2 * mostScore * resolution + 1)
  private readonly positive = new Uint32Array(2 * mostScore * resolution + 1)

  add(score: number, isPositive: boolean): void {
    const bounded = Math.max(-mostScore, Math.min(mostScore, score))
    const place = Math.round((bounded + mostScore) * resolution)
    this.seen[place]!++
    if (isPositive) this.positive[place]!++
  }

  *rising(): Generator<Step> {
    for (const [place, weight] of this.seen.entries()) {
      if (weight === 0) continue
      yield { score: (place / resolution - mostScore) * weight, weight, positive: this.positive[place]! }
    }
  }
}

function addTo(step: Step, other: Step): void {
  step.score += other.score
  step.weight += other.weight
  step.positive += other.positive
}

/** Adds half a sample on either side, so that a share is never exactly 0 or 1. */
function shareOf({ positive, weight }: Step): number {
  return (positive + 0.5) / (weight + 1)
}
