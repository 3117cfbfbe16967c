import { mineCohorts, minePotentialRoles, type SnapshotParts, snapshotOf } from '@assay/mining'
import { potentialRoles, suggestedRoles } from '../../libs/mining/bench/one-cohort.ts'
import type { Bench, Measure } from './support/bench.ts'
import { benchRanking } from './support/bench-ranking.ts'
import { benchRecommendations } from './support/bench-recommendations.ts'
import { withBlankedAttributes } from './support/blanked-attributes.ts'
import { noise, withDealtGrants, withPermutedAttributes } from './support/meaningless-organisations.ts'
import { changedByMove } from './support/moved-grants.ts'
import { densities, type Kind, organisations } from './support/organisation-kinds.ts'
import { judgeQuality, type Quality } from './support/quality-judge.ts'

const sizes = { small: [1000], full: [1000, 10_000], huge: [100_000] }

/** Shares of the attribute values that are removed. */
const blanks = [0.1, 0.3]

export const bench: Bench = {
  about:
    'planted roles found again on thirteen kinds of organisation, by a fair and a strict judge, and nothing on noise',
  run: async ({ scale, say, seeds = [1, 2, 3] }) => [
    ...sizes[scale].flatMap((size) => [...benchPlanted(size, seeds, say), ...benchBlanked(size, seeds, say)]),
    ...benchMeaningless(seeds, say),
    ...benchChange(seeds, say),
    ...benchRanking(seeds, scale === 'full', say),
    ...benchRecommendations(scale === 'small' ? 1500 : 9000, seeds[0]!, say),
  ],
  runHuge: async ({ say, seeds = [1] }) => sizes.huge.flatMap((size) => benchPlanted(size, seeds, say)),
}

function benchPlanted(identityCount: number, seeds: readonly number[], say: (text: string) => void): Measure[] {
  const measures: Measure[] = []
  for (const kind of Object.keys(organisations) as Kind[]) {
    const planted = seeds.map((seed) => organisations[kind](identityCount, seed))
    const suggestions = planted.map((organisation) => judgeQuality(organisation, suggestedRoles(organisation.parts)))
    const found = planted.map((organisation) =>
      judgeQuality(organisation, potentialRoles(organisation.parts), { byAccess: true, leastMembers: 20 }),
    )
    const size = identityCount.toLocaleString('en')
    measures.push(
      ...report(`${kind}, ${size} people, suggestions`, suggestions, say, cohortGoals(kind, identityCount)),
      ...report(`${kind}, ${size} people, potential roles`, found, say, roleGoals(kind)),
    )
  }
  return measures
}

/** Measures whether roles are still suggested when the attributes of some of their people are not known. */
function benchBlanked(identityCount: number, seeds: readonly number[], say: (text: string) => void): Measure[] {
  return blanks.flatMap((share) =>
    (Object.keys(organisations) as Kind[]).flatMap((kind) => {
      const judged = seeds.map((seed) => {
        const organisation = withBlankedAttributes(organisations[kind](identityCount, seed), share, seed)
        return judgeQuality(organisation, suggestedRoles(organisation.parts))
      })
      const of = `${kind}, ${identityCount.toLocaleString('en')} people, ${100 * share} % of the values blanked, suggestions`
      return report(of, judged, say, {
        'cells right': { atLeast: 0.95 },
        ...(share === blanks[0] && { 'fair F1': { atLeast: kind === 'sample' ? 0.97 : 0.88 } }),
      })
    }),
  )
}

/** Measures how suggestions change when one grant in a hundred moves to another person. */
function benchChange(seeds: readonly number[], say: (text: string) => void): Measure[] {
  return (Object.keys(organisations) as Kind[]).map((kind) => {
    const changed = seeds.map((seed) => changedByMove(organisations[kind](2000, seed).parts, 0.01, seed))
    const value = changed.reduce((sum, share) => sum + share, 0) / seeds.length
    say(`${kind}, 2,000 people, 1 % of the grants moved: ${(100 * value).toFixed(2)} % of the suggestions are others`)
    return { measure: `${kind}: suggestions that 1 % of moved grants change`, value, unit: '', goal: { atMost: 0.02 } }
  })
}

type Goals = { readonly [measure: string]: Measure['goal'] }

function cohortGoals(kind: Kind, identityCount: number): Goals {
  const isSmall = identityCount <= 1000
  const always = { 'first hundred, fair precision': { atLeast: 0.95 } }
  if (kind === 'sample') return { ...always, 'strict F1': { atLeast: isSmall ? 0.93 : 0.97 } }
  if (kind !== 'layered') return always
  return {
    ...always,
    'fair F1': { atLeast: isSmall ? 0.92 : 0.97 },
    'cells right': { atLeast: 0.97 },
    'cells told': { atLeast: 0.95 },
    'cells told twice': { atMost: 0.03 },
  }
}

function roleGoals(kind: Kind): Goals {
  return kind === 'layered'
    ? { 'strict F1': { atLeast: 0.93 } }
    : kind === 'sample'
      ? { 'strict F1': { atLeast: 0.95 } }
      : {}
}

function report(of: string, judged: readonly Quality[], say: (text: string) => void, goals: Goals): Measure[] {
  const mean = (read: (quality: Quality) => number) => judged.reduce((sum, one) => sum + read(one), 0) / judged.length
  const figures: readonly (readonly [string, number])[] = [
    ['roles asked for', mean((q) => q.asked)],
    ['roles returned', mean((q) => q.mined)],
    ['fair precision', mean((q) => q.fair.precision)],
    ['fair recall', mean((q) => q.fair.recall)],
    ['fair F1', mean((q) => q.fair.f1)],
    ['strict F1', mean((q) => q.strict.f1)],
    ['strict ceiling', mean((q) => q.strictCeiling)],
    ['first hundred, fair precision', mean((q) => q.firstHundred)],
    ['cells right', mean((q) => q.cellsRight)],
    ['cells told', mean((q) => q.cellsTold)],
    ['cells told twice', mean((q) => q.cellsTwice)],
  ]
  say(`${of}: ${figures.map(([figure, value]) => `${figure} ${Number(value.toPrecision(4))}`).join(', ')}`)
  return figures.map(([figure, value]) => {
    const goal = goals[figure]
    return { measure: `${of}: ${figure}`, value, unit: '', ...(goal !== undefined && { goal }) }
  })
}

/** Counts the suggestions and potential roles for data without any roles. */
function benchMeaningless(seeds: readonly number[], say: (text: string) => void): Measure[] {
  const cases: readonly (readonly [string, (seed: number) => SnapshotParts])[] = [
    ...densities.map(
      (density) =>
        [
          `noise of density ${density}`,
          (seed: number) => noise({ seed, identityCount: 1000, entitlementCount: 300, density }),
        ] as const,
    ),
    ...(Object.keys(organisations) as Kind[]).flatMap((kind) => [
      [
        `${kind}, attributes permuted`,
        (seed: number) => withPermutedAttributes(organisations[kind](1000, seed).parts, seed),
      ] as const,
      [
        `${kind}, grants dealt anew`,
        (seed: number) => withDealtGrants(organisations[kind](1000, seed).parts, seed),
      ] as const,
    ]),
  ]
  return cases.flatMap(([name, make]) => {
    // With permuted attributes, the true potential roles still exist.
    const hasRoles = name.endsWith('permuted')
    let suggestions = 0
    let roles = 0
    for (const seed of seeds) {
      const snapshot = snapshotOf(make(seed))
      suggestions += mineCohorts(snapshot, { maxSuggestions: 1_000_000 }).suggestions.length
      if (!hasRoles) roles += minePotentialRoles(snapshot).roles.length
    }
    say(`${name}: ${suggestions} suggestions, ${roles} potential roles in ${seeds.length} runs`)
    const measures = { suggestions, ...(!hasRoles && { 'potential roles': roles }) }
    return Object.entries(measures).map(([what, value]) => ({
      measure: `${name}: ${what} in ${seeds.length} runs`,
      value,
      unit: '',
      goal: { atMost: 0 },
    }))
  })
}
