import type { CohortFilter } from '../cohort-result.ts'
import type { Population } from '../cohort-settings.ts'
import { MiningError } from '../mining-error.ts'
import type { Snapshot } from '../snapshot.ts'
import { BoostedTrees } from './boosted-trees.ts'
import { CalibratedScores, ScoreOutcomes } from './calibrated-scores.ts'
import { type Candidates, featureCount, GrantFeatures } from './grant-features.ts'
import { filtersOfKind, SparsePopulation } from './sparse-population.ts'

/**
 * The known grants are divided into parts that are hidden one after the other. The model learns from all parts except the last, which
 * measures how often it is right.
 */
const folds = 5

/** The number of people to learn from, and of candidates that are not held: if there are more, every n-th is used. */
const mostLearners = 20_000
const mostNegatives = 150_000
const askedForShare = 400

/** The number of people whose hidden grants measure how often the model is right. */
const mostExamined = 5_000

/** The number of cohort members to read: if there are more, every n-th is used. */
const mostMembers = 500

/**
 * The number of rows of other people that are read for all people together, about two seconds. Where people hold a hundred entitlements,
 * a few hundred people have more hidden grants than thousands where they hold three.
 */
const mostSteps = 200_000_000
const mostStepsOfCohort = mostSteps / 2

/** How many of the other people hold it: of those who share these values, or of those who also hold this entitlement. */
export type RecommendationReason =
  | {
      readonly kind: 'cohort'
      readonly filters: readonly CohortFilter[]
      readonly holders: number
      readonly others: number
    }
  | { readonly kind: 'held_together'; readonly entitlement: number; readonly holders: number; readonly others: number }

export interface Recommendation {
  /** Ordinal in the snapshot. */
  readonly entitlement: number
  /** The probability that the person holds it, if one in five grants were unknown; calibrated on known grants that were hidden. */
  readonly probability: number
  /** The strongest first. */
  readonly reasons: readonly RecommendationReason[]
}

/** A recommendation for a cohort: an entitlement for the members who do not hold it. */
export interface CohortRecommendation {
  readonly entitlement: number
  /** Members who hold it, and how many of the other members are expected to. */
  readonly holders: number
  readonly expected: number
  /** The mean probability of the members who do not hold it. */
  readonly probability: number
}

/**
 * Recommends entitlements where access is too sparse for roles: each person holds a few, and few people hold the same ones. One model
 * ranks all pairs of a person and an entitlement that the person does not hold, by the rates of the person's cohorts and by entitlements
 * that are held together. Pure and deterministic: the same snapshot gives the same model.
 */
export class EntitlementRecommender {
  private readonly population: SparsePopulation
  private readonly features: GrantFeatures
  private readonly trees: BoostedTrees
  private readonly calibration: CalibratedScores

  private constructor(
    population: SparsePopulation,
    features: GrantFeatures,
    trees: BoostedTrees,
    calibration: CalibratedScores,
  ) {
    this.population = population
    this.features = features
    this.trees = trees
    this.calibration = calibration
  }

  /** Learns from the grants of a population. Throws `bad_query` when it has fewer than 50 grants. */
  static learn(snapshot: Snapshot, ofPopulation: Population = 'people'): EntitlementRecommender {
    const population = new SparsePopulation(snapshot, ofPopulation)
    const grantCount = population.holdings.rowEntitlement.length
    if (grantCount < 50) throw new MiningError('bad_query', 'snapshot', 'at least 50 grants to learn from', grantCount)
    const fold = foldsOf(grantCount)
    const samples = new SampleList()
    const hiddenIn = (f: number) =>
      new GrantFeatures(
        population,
        population.withoutHidden(snapshot, (grant) => fold[grant] === f),
      )
    for (let f = 1; f < folds; f++) collectSamples(population, hiddenIn(f), f, samples)
    const trees = BoostedTrees.train(samples.samples())
    const calibration = new CalibratedScores(outcomesOf(population, hiddenIn(0), trees))
    return new EntitlementRecommender(
      population,
      new GrantFeatures(population, population.holdings),
      trees,
      calibration,
    )
  }

  /** The best entitlements for one identity, the most probable first; none for an identity that is disabled or of another population. */
  forIdentity(identity: number, limit: number): readonly Recommendation[] {
    const person = this.population.person(identity)
    if (person === undefined) return []
    const candidates = this.features.of(person)
    return this.ranked(candidates)
      .slice(0, limit)
      .map(({ c, score }) => ({
        entitlement: candidates.entitlement[c]!,
        probability: this.calibration.probability(score),
        reasons: this.reasonsOf(person, candidates, c),
      }))
  }

  /** The best entitlements for some identities together: those that most of the members without them are expected to hold. */
  forCohort(identities: ArrayLike<number>, limit: number): readonly CohortRecommendation[] {
    const persons = Array.from(identities, (identity) => this.population.person(identity)).filter(
      (p) => p !== undefined,
    )
    const asked = Math.min(persons.length, mostMembers, this.features.affordable(mostStepsOfCohort))
    const { rowOffset, rowEntitlement } = this.population.holdings
    const holders = new Map<number, number>()
    for (const person of persons) {
      for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) {
        holders.set(rowEntitlement[at]!, (holders.get(rowEntitlement[at]!) ?? 0) + 1)
      }
    }
    const sums = new Map<number, number>()
    for (let a = 0; a < asked; a++) {
      const candidates = this.features.of(persons[Math.floor((a * persons.length) / asked)]!)
      for (let c = 0; c < candidates.count; c++) {
        const e = candidates.entitlement[c]!
        const probability = this.calibration.probability(this.trees.score(candidates.features, c * featureCount))
        sums.set(e, (sums.get(e) ?? 0) + probability)
      }
    }
    return [...sums]
      .map(([entitlement, sum]) => {
        const holding = holders.get(entitlement) ?? 0
        const expected = (sum * persons.length) / asked
        const others = persons.length - holding
        return {
          entitlement,
          holders: holding,
          expected,
          probability: others === 0 ? 0 : Math.min(1, expected / others),
        }
      })
      .sort((a, b) => b.expected - a.expected || a.entitlement - b.entitlement)
      .slice(0, limit)
  }

  private ranked({
    count,
    entitlement,
    features,
  }: Candidates): readonly { readonly c: number; readonly score: number }[] {
    return Array.from({ length: count }, (_, c) => ({ c, score: this.trees.score(features, c * featureCount) })).sort(
      (a, b) => b.score - a.score || entitlement[a.c]! - entitlement[b.c]!,
    )
  }

  private reasonsOf(person: number, candidates: Candidates, c: number): readonly RecommendationReason[] {
    const reasons: RecommendationReason[] = []
    const kind = candidates.bestKind[c]!
    if (kind >= 0) {
      reasons.push({
        kind: 'cohort',
        filters: filtersOfKind(this.population.kinds[kind]!, person),
        holders: candidates.kindHolders[c]!,
        others: candidates.kindOthers[c]!,
      })
    }
    if (candidates.bestHeld[c]! >= 0) {
      reasons.push({
        kind: 'held_together',
        entitlement: candidates.bestHeld[c]!,
        holders: candidates.heldHolders[c]!,
        others: candidates.heldOthers[c]!,
      })
    }
    return reasons.sort((a, b) => b.holders / (b.others + 2) - a.holders / (a.others + 2))
  }
}

/** Assigns a fold to each grant: scattered, so that no person and no entitlement is hidden completely, and deterministic. */
function foldsOf(grantCount: number): Uint8Array {
  const fold = new Uint8Array(grantCount)
  for (let grant = 0; grant < grantCount; grant++) {
    let mixed = Math.imul(grant + 1, 0x9e3779b1)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
    fold[grant] = ((mixed ^ (mixed >>> 13)) >>> 0) % folds
  }
  return fold
}

/** Adds each hidden grant that is a candidate, and a sample of the candidates that are not held, with their weights. */
function collectSamples(
  population: SparsePopulation,
  features: GrantFeatures,
  fold: number,
  samples: SampleList,
): void {
  const { persons, holdings } = population
  const learners = Math.min(persons.length, mostLearners, features.affordable(mostSteps))
  const learner = (n: number) => Math.floor((n * persons.length) / learners)
  const asked = Math.min(learners, askedForShare)
  let seen = 0
  for (let a = 0; a < asked; a++) seen += features.of(learner(Math.floor((a * learners) / asked))).count
  const expected = (seen / Math.max(1, asked)) * learners
  const oneIn = Math.max(1, Math.ceil((expected * (folds - 1)) / mostNegatives))
  let next = fold
  for (let n = 0; n < learners; n++) {
    const person = learner(n)
    const candidates = features.of(person)
    for (let c = 0; c < candidates.count; c++) {
      const isHeld = holds(holdings, person, candidates.entitlement[c]!)
      if (!isHeld && next++ % oneIn !== 0) continue
      samples.add(candidates.features, c * featureCount, isHeld, isHeld ? 1 : oneIn)
    }
  }
}

/** The outcomes of all candidates of some people, by the model's score. */
function outcomesOf(population: SparsePopulation, features: GrantFeatures, trees: BoostedTrees): ScoreOutcomes {
  const { persons, holdings } = population
  const outcomes = new ScoreOutcomes()
  const examined = Math.min(persons.length, mostExamined, features.affordable(mostSteps))
  for (let n = 0; n < examined; n++) {
    const person = Math.floor((n * persons.length) / examined)
    const candidates = features.of(person)
    for (let c = 0; c < candidates.count; c++) {
      const score = trees.score(candidates.features, c * featureCount)
      outcomes.add(score, holds(holdings, person, candidates.entitlement[c]!))
    }
  }
  return outcomes
}

function holds(
  { rowOffset, rowEntitlement }: { readonly rowOffset: Uint32Array; readonly rowEntitlement: Uint32Array },
  person: number,
  entitlement: number,
): boolean {
  let low = rowOffset[person]!
  let high = rowOffset[person + 1]!
  const end = high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rowEntitlement[middle]! < entitlement) low = middle + 1
    else high = middle
  }
  return low < end && rowEntitlement[low] === entitlement
}

/** Collects samples. */
class SampleList {
  private features = new Float32Array(4096 * featureCount)
  private labels = new Uint8Array(4096)
  private weights = new Float32Array(4096)
  private count = 0

  add(features: Float32Array, at: number, label: boolean, weight: number): void {
    if (this.count === this.labels.length) {
      this.features = grown(this.features, new Float32Array(2 * this.features.length))
      this.labels = grown(this.labels, new Uint8Array(2 * this.labels.length))
      this.weights = grown(this.weights, new Float32Array(2 * this.weights.length))
    }
    this.features.set(features.subarray(at, at + featureCount), this.count * featureCount)
    this.labels[this.count] = label ? 1 : 0
    this.weights[this.count++] = weight
  }

  samples() {
    return {
      featureCount,
      features: this.features.subarray(0, this.count * featureCount),
      labels: this.labels.subarray(0, this.count),
      weights: this.weights.subarray(0, this.count),
    }
  }
}

function grown<List extends Float32Array | Uint8Array>(from: List, to: List): List {
  to.set(from)
  return to
}
