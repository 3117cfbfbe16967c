import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Measure } from './bench.ts'
import { curvePicture } from './curve-picture.ts'
import { rankedChance, rankedRoles, rankedSuggestions } from './judge-ranking.ts'
import { noise, withDealtGrants } from './meaningless-organisations.ts'
import { densities, type Kind, organisations } from './organisation-kinds.ts'
import { areaUnderCurve, calibrationCurve, type Ranked, rankingCurve } from './ranking.ts'

const pictures = join(import.meta.dirname, '../../../docs/pictures')

/**
 * Measures whether `quality` ranks, over organisations, shuffled grants and noise together. Measures whether `confidence` is a probability
 * after calibration on all other kinds of organisation.
 */
export function benchRanking(seeds: readonly number[], draws: boolean, say: (text: string) => void): Measure[] {
  const kinds = Object.keys(organisations) as Kind[]
  const each = (make: (kind: Kind, seed: number) => readonly Ranked[]) =>
    kinds.flatMap((kind) => seeds.flatMap((seed) => make(kind, seed)))
  const roles = [
    ...each((kind, seed) => rankedRoles(organisations[kind](1000, seed))),
    ...each((kind, seed) => rankedChance(withDealtGrants(organisations[kind](1000, seed).parts, seed))),
    ...densities.flatMap((density) =>
      seeds.flatMap((seed) => rankedChance(noise({ seed, identityCount: 1000, entitlementCount: 300, density }))),
    ),
  ]
  const confidences = kinds.map((kind) => ({
    kind,
    ranked: seeds.flatMap((seed) => rankedSuggestions(organisations[kind](1000, seed))),
  }))
  const calibrated = confidences.map(({ kind, ranked }) => {
    const others = calibrationCurve(
      confidences.filter((one) => one.kind !== kind).flatMap((one) => one.ranked),
      10,
    )
    return { kind, ranked: ranked.map(({ by, isRight }) => ({ by: readFrom(others, by), isRight })) }
  })
  if (draws) {
    const axes = { x: 'share of the wrong', y: 'share of the right' }
    const points = rankingCurve(roles)
    writeFileSync(
      join(pictures, 'quality-ranks.svg'),
      curvePicture({ title: 'Potential roles by quality', ...axes, curves: [{ name: 'quality', points }] }),
    )
    const curves = confidences.map(({ kind, ranked }) => ({ name: kind, points: calibrationCurve(ranked, 10) }))
    writeFileSync(
      join(pictures, 'confidence-calibration.svg'),
      curvePicture({ title: 'Suggestions by confidence', x: 'confidence', y: 'share that is right', curves }),
    )
  }
  const quality = areaUnderCurve(roles)
  say(
    `quality: area under the curve ${quality.toFixed(4)}, ${roles.filter((one) => one.isRight).length} of ${roles.length} right`,
  )
  return [
    { measure: 'quality: area under the curve', value: quality, unit: '', goal: { atLeast: 0.98 } },
    ...calibrated.map(({ kind, ranked }) => {
      const error = Math.abs(ranked.reduce((sum, { by, isRight }) => sum + by - (isRight ? 1 : 0), 0)) / ranked.length
      say(`confidence calibrated without ${kind}: error on it ${error.toFixed(4)}`)
      return { measure: `confidence calibrated without ${kind}: error on it`, value: error, unit: '' }
    }),
  ]
}

/** The true share for a stated one, from the nearest point of a curve. */
function readFrom(curve: readonly (readonly [number, number])[], stated: number): number {
  return curve.reduce((best, point) => (Math.abs(point[0] - stated) < Math.abs(best[0] - stated) ? point : best))[1]
}
