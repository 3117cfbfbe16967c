import type { CohortFilter } from '../cohort-result.ts'
import type { Population } from '../cohort-settings.ts'
import { MiningError } from '../mining-error.ts'
import type { Snapshot } from '../snapshot.ts'
import { BoostedTrees } from './boosted-trees.ts'
import { CalibratedScores, ScoreOutcomes } from './calibrated-scores.ts'
import { type Candidates, featureCount, GrantFeatures } from './grant-features.ts'
import { filtersOfKind, SparsePopulation } from './sparse-population.ts'

/** Parts of the known grants that are hidden one after the other: the model learns from all but the last, which says how often it is right. */
const folds = 5

/** People from whom it learns, and candidates that nobody holds among what it learns from: of more, every n-th. */
const mostLearners = 20_000
const mostNegatives = 150_000
const askedForShare = 400

/** People whose hidden grants say how often it is right. */
const mostExamined = 5_000

/** Members of a cohort who are asked; of more, every n-th. */
const mostMembers = 500

/**
 * Rows of others that are read for all who are looked at in turn, grant by grant, about two seconds: where people hold a hundred
 * entitlements, a few hundred of them have more hidden grants than thousands where they hold three.
 */
const mostSteps = 200_000_000
const mostStepsOfCohort = mostSteps / 2

/** So many of so many others hold it, of those who share these values, or who hold this entitlement as well. */
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
  /** The chance that the person holds it, if one in five grants were not known: calibrated on known grants that were hidden. */
  readonly probability: number
  /** Strongest first. */
  readonly reasons: readonly RecommendationReason[]
}

/** An entitlement for a cohort: what it would be to its members who do not hold it. */
export interface CohortRecommendation {
  readonly entitlement: number
  /** Members who hold it, and how many of the others are expected to. */
  readonly holders: number
  readonly expected: number
  /** The mean probability of the members who do not hold it. */
  readonly probability: number
}

/**
 * Recommends entitlements where access is too sparse for roles: everybody holds a few, and hardly any two people the same.
 * One model ranks all pairs of a person and an entitlement that the person does not hold, by the rates of its cohorts and by what is
 * held together. Pure and deterministic: the same snapshot gives the same model.
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

  /** Learns from the grants of a population; throws `bad_query` when it has fewer than 50 grants. */
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

  /** The best for one identity, most probable first; none for one that is not enabled or of another population. */
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

  /** The best for some identities together: those that most of them are expected to hold who do not hold them. */
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

/** A fold for each grant: scattered, so that no person and no entitlement is hidden as a whole, and always the same. */
function foldsOf(grantCount: number): Uint8Array {
  const fold = new Uint8Array(grantCount)
  for (let grant = 0; grant < grantCount; grant++) {
    let mixed = Math.imul(grant + 1, 0x9e3779b1)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
    fold[grant] = ((mixed ^ (mixed >>> 13)) >>> 0) % folds
  }
  return fold
}

/** Adds each hidden grant that is a candidate, and some of the candidates that nobody holds, with what each stands for. */
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

/** What became of all candidates of some people, by the score that the model gives them. */
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

/** Samples while they are collected. */
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
