import type { SnapshotParts } from '@assay/mining'
import { publishedApprovals } from './approval-file.ts'
import type { Measure } from './bench.ts'
import { judgeRecommendations } from './judge-recommendations.ts'
import { sparseApprovals } from './sparse-approvals.ts'

/** Measures recommendations on sparse approvals, and on published ones if they are in the shared data. */
export function benchRecommendations(identityCount: number, seed: number, say: (text: string) => void): Measure[] {
  const published = publishedApprovals()
  if (published === undefined) say('skipped: published approvals are not in ../shared/data')
  const cases: readonly (readonly [string, SnapshotParts])[] = [
    [`sparse approvals, ${identityCount.toLocaleString('en')} people`, sparseApprovals(identityCount, seed)],
    ...(published === undefined ? [] : [['published approvals', published] as const]),
  ]
  return cases.flatMap(([of, parts]) => {
    const judged = judgeRecommendations(parts, seed)
    const { recallAtPrecision, neighbourRecall, precisionAtRecall, neighbourPrecision } = judged
    const measures: readonly (readonly [string, number, Measure['goal']])[] = [
      ['precision of ten nearest neighbours', neighbourPrecision, undefined],
      ['their recall', neighbourRecall, undefined],
      ['recall at their precision, times theirs', recallAtPrecision / neighbourRecall, undefined],
      ['precision at their recall, times theirs', precisionAtRecall / neighbourPrecision, { atLeast: 2 }],
      ['calibration error', judged.calibrationError, { atMost: 0.05 }],
      ['stated probability of the surest thousandth', judged.statedOfSurest, undefined],
      ['share of them that is true', judged.trueOfSurest, undefined],
    ]
    return measures.map(([figure, value, goal]) => {
      say(`${of}: ${figure} ${Number(value.toPrecision(4))}`)
      return { measure: `${of}: ${figure}`, value, unit: '', ...(goal !== undefined && { goal }) }
    })
  })
}
