import { analyseCohort } from '../src/analysis/analyse-cohort.ts'
import { cohortMembers, mineCohorts, minePotentialRoles, type SnapshotParts, snapshotOf } from '../src/index.ts'
import { goaled } from './cohorts.ts'
import { churned, type Role, stabilityOf } from './judge-roles.ts'
import { type Measure, median, secondsOf } from './measure.ts'
import { plantedSnapshot } from './planted-snapshot.ts'
import { scatteredRoles } from './scattered-roles.ts'

/** The analysis of one cohort, a twentieth of everyone, with facets and cutoff points: what a person waits for. */
export async function benchOneCohort({ scale }: { readonly scale: 'full' | 'small' }): Promise<Measure[]> {
  const identityCount = scale === 'full' ? 100_000 : 10_000
  const snapshot = snapshotOf(plantedSnapshot(identityCount))
  const population = Uint32Array.from({ length: identityCount / 20 }, (_, i) => i * 20)
  const times: number[] = []
  let cutoffPoints = 0
  let facets = 0
  for (let round = 0; round < 7; round++) {
    times.push(
      await secondsOf(() => {
        const analysis = analyseCohort(snapshot, population, { maxFacetValues: 1000 })
        cutoffPoints = analysis.cutoffPoints.length
        facets = analysis.facets.length
      }),
    )
  }
  if (cutoffPoints === 0 || facets === 0) throw new Error('the analysis came without facets or cutoff points')
  const limit = scale === 'full' ? 100 : undefined
  return [
    { measure: 'cohort analysed', value: population.length, unit: 'identities' },
    { measure: 'facets', value: facets, unit: '' },
    { measure: 'cutoff points', value: cutoffPoints, unit: '' },
    goaled('the first time', times[0]! * 1000, 'ms', undefined),
    goaled('median of 7', median(times) * 1000, 'ms', limit),
  ]
}

/** Two months of one organisation between which 3 of 100 identities changed places: what is suggested again? */
export function benchStability({ scale }: { readonly scale: 'full' | 'small' }): Measure[] {
  const identityCount = scale === 'full' ? 20_000 : 2_000
  const months = (parts: SnapshotParts, mine: (parts: SnapshotParts) => Role[]) => {
    const { matched, mean } = stabilityOf(mine(parts), mine(churned(parts)))
    return [
      { value: matched, about: 'matched', unit: 'share' },
      { value: mean, about: 'mean Jaccard of the matched', unit: '', goal: { atLeast: 0.9 } },
    ]
  }
  return [
    ...months(plantedSnapshot(identityCount), suggestedRoles).map((m) => ({ ...m, of: 'suggestions' })),
    ...months(scatteredRoles(identityCount).parts, potentialRoles).map((m) => ({ ...m, of: 'potential roles' })),
  ].map(({ of, about, ...others }) => ({ measure: `${of} ${about}`, ...others }))
}

/** All suggestions of the cohort miner, uncut. */
export function suggestedRoles(parts: SnapshotParts): Role[] {
  const snapshot = snapshotOf(parts)
  return mineCohorts(snapshot, { maxSuggestions: 1_000_000 }).suggestions.map(
    ({ filters, population, entitlements }) => ({
      identities: cohortMembers(snapshot, filters, { population }),
      entitlements: Uint32Array.from(entitlements, ({ entitlement }) => entitlement).sort(),
    }),
  )
}

export function potentialRoles(parts: SnapshotParts): Role[] {
  return [...minePotentialRoles(snapshotOf(parts)).roles]
}
