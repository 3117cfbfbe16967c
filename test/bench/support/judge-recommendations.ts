import { EntitlementRecommender, type SnapshotParts, snapshotOf } from '@assay/mining'
import { nearestNeighbours, type RankedPair } from './nearest-neighbours.ts'
import { withHiddenGrants } from './sparse-approvals.ts'

/** Compares one model with ten nearest neighbours, on grants that neither of them has seen. */
interface JudgedRecommendations {
  /** For all recommendations of the neighbours: the share that is right, and the share of the hidden grants that is among them. */
  readonly neighbourPrecision: number
  readonly neighbourRecall: number
  /** The model's recall at the neighbours' precision, and its precision at their recall. */
  readonly recallAtPrecision: number
  readonly precisionAtRecall: number
  /** The mean difference between the stated probabilities and the true shares, over ten bands and over the surest thousandth. */
  readonly calibrationError: number
  readonly statedOfSurest: number
  readonly trueOfSurest: number
}

export function judgeRecommendations(parts: SnapshotParts, seed: number): JudgedRecommendations {
  const { known, hidden } = withHiddenGrants(parts, seed)
  const wanted = hidden.reduce((sum, set) => sum + set.size, 0)
  const isRight = ({ person, entitlement }: RankedPair) => hidden[person]!.has(entitlement)
  const neighbours = nearestNeighbours(known)
  const neighboursRight = neighbours.filter(isRight).length
  const neighbourPrecision = neighboursRight / Math.max(1, neighbours.length)
  const neighbourRecall = neighboursRight / wanted

  const recommender = EntitlementRecommender.learn(snapshotOf(known))
  const ranked = hidden
    .flatMap((_, person) =>
      recommender
        .forIdentity(person, Number.POSITIVE_INFINITY)
        .map(({ entitlement, probability }): RankedPair => ({ person, entitlement, score: probability })),
    )
    .sort((a, b) => b.score - a.score)
  let right = 0
  let recallAtPrecision = 0
  let precisionAtRecall = 0
  for (const [i, pair] of ranked.entries()) {
    if (isRight(pair)) right++
    const precision = right / (i + 1)
    if (precision >= neighbourPrecision) recallAtPrecision = right / wanted
    if (right / wanted >= neighbourRecall) precisionAtRecall = Math.max(precisionAtRecall, precision)
  }
  const surest = ranked.slice(0, Math.max(1, Math.round(ranked.length / 1000)))
  return {
    neighbourPrecision,
    neighbourRecall,
    recallAtPrecision,
    precisionAtRecall,
    calibrationError: calibrationError(ranked, isRight),
    statedOfSurest: surest.reduce((sum, { score }) => sum + score, 0) / surest.length,
    trueOfSurest: surest.filter(isRight).length / surest.length,
  }
}

function calibrationError(ranked: readonly RankedPair[], isRight: (pair: RankedPair) => boolean): number {
  const differences = new Float64Array(10)
  for (const pair of ranked)
    differences[Math.min(9, Math.floor(pair.score * 10))]! += pair.score - (isRight(pair) ? 1 : 0)
  return differences.reduce((sum, difference) => sum + Math.abs(difference), 0) / Math.max(1, ranked.length)
}
