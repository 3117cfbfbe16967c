import { expect, test } from 'vitest'
import { BoostedTrees } from './boosted-trees.ts'
import { CalibratedScores, ScoreOutcomes } from './calibrated-scores.ts'
import { EntitlementRecommender } from './entitlement-recommender.ts'
import { recommendationWords } from './recommendation-words.ts'
import { sparseTeams } from './testing-sparse-teams.ts'

const names = { application: String, entitlement: (e: number) => `entitlement ${e}` }

test('what the team has and the person lacks comes first, with who says so', () => {
  const recommender = EntitlementRecommender.learn(sparseTeams(60))
  for (const person of [12, 61, 200]) {
    const [first, ...others] = recommender.forIdentity(person, 5)
    const team = Math.floor(person / 6)
    expect(first!.entitlement).toBe(team * 3 + (person % 3))
    expect(first!.probability).toBeGreaterThan(others[0]?.probability ?? 0)
    const words = recommendationWords(first!, names)
    expect(words.some((sentence) => /^4 of 5 others with team name T\d+( and site \w+)? hold it$/.test(sentence))).toBe(
      true,
    )
  }
})

test('people who began on the same day are no cohort, so a day is no reason', () => {
  const teams = sparseTeams(60)
  const [team, site] = teams.attributes
  const twoDigits = (number: number) => String(number).padStart(2, '0')
  const days = Array.from(
    { length: 60 },
    (_, t) => `2024-${twoDigits(1 + (t % 12))}-${twoDigits(1 + Math.floor(t / 12))}`,
  )
  // Each team began on a day of its own, so the day says as much as the team.
  const began = { ...team!, key: 'hire_date', values: days }
  const recommender = EntitlementRecommender.learn({ ...teams, attributes: [began, team!, site!] })
  const reasons = [12, 61, 200].flatMap((person) => recommender.forIdentity(person, 5)).flatMap((one) => one.reasons)
  const named = reasons.flatMap((reason) => (reason.kind === 'cohort' ? reason.filters : []))
  const attributes = named.map(({ attribute }) => attribute)
  expect(attributes).toContain('team_name')
  expect(attributes).not.toContain('hire_date')
})

test('a cohort is recommended what some members hold, and the expected holders are the sum of the others', () => {
  const recommender = EntitlementRecommender.learn(sparseTeams(60))
  const found = recommender.forCohort([12, 13, 14, 15, 16, 17], 3)
  expect(found.map(({ entitlement }) => entitlement).sort()).toEqual([6, 7, 8])
  for (const { holders, expected, probability } of found) {
    expect(holders).toBe(4)
    expect(expected).toBeCloseTo(2 * probability, 9)
  }
})

test('the same snapshot gives the same recommendations; who is not enabled gets none', () => {
  const snapshot = sparseTeams(40)
  const [one, other] = [EntitlementRecommender.learn(snapshot), EntitlementRecommender.learn(snapshot)]
  for (const person of [0, 17, 101]) expect(one.forIdentity(person, 50)).toEqual(other.forIdentity(person, 50))
  expect(one.forIdentity(5, 10)).toEqual([])
})

test('too few grants to learn from are refused by their number', () => {
  expect(() => EntitlementRecommender.learn(sparseTeams(4))).toThrow(
    'expected at least 50 grants to learn from, got 46',
  )
})

test('trees of four leaves learn what one question cannot tell', () => {
  // 1 where exactly one of two features is high.
  const count = 4000
  const features = new Float32Array(count * 2)
  const labels = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    features[2 * i] = (i * 0.618) % 1
    features[2 * i + 1] = (i * 0.414) % 1
    labels[i] = features[2 * i]! > 0.55 !== features[2 * i + 1]! > 0.5 ? 1 : 0
  }
  const trees = BoostedTrees.train({ featureCount: 2, features, labels, weights: new Float32Array(count).fill(1) })
  let wrong = 0
  for (let i = 0; i < count; i++) if (trees.score(features, 2 * i) > 0 !== (labels[i] === 1)) wrong++
  expect(wrong / count).toBeLessThan(0.05)
})

test('probabilities rise with the score and are the shares of what was seen', () => {
  const outcomes = new ScoreOutcomes()
  for (let i = 0; i < 10_000; i++) {
    const score = (i % 100) / 25 - 2
    outcomes.add(score, (i * 0.618) % 1 < 1 / (1 + Math.exp(2 - score)))
  }
  const calibrated = new CalibratedScores(outcomes)
  let before = 0
  for (let score = -3; score <= 3; score += 0.25) {
    const probability = calibrated.probability(score)
    expect(probability).toBeGreaterThanOrEqual(before)
    before = probability
    if (Math.abs(score) < 1.9) expect(Math.abs(probability - 1 / (1 + Math.exp(2 - score)))).toBeLessThan(0.08)
  }
  expect(new CalibratedScores(new ScoreOutcomes()).probability(1)).toBe(0)
})
