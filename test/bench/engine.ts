import { benchCohorts } from '../../libs/mining/bench/cohorts.ts'
import type { Bench } from './support/bench.ts'

export const bench: Bench = {
  about: 'the miners on a planted organisation, against the bare scan of the same grants',
  async run({ scale }) {
    const rows = await benchCohorts({ scale })
    return rows.map(({ measure, value, unit, goal }) => ({
      measure: `cohorts: ${measure}`,
      value,
      unit,
      ...(goal !== undefined && { goal: { atMost: goal } }),
    }))
  },
}
