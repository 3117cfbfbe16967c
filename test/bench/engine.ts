import { benchCohorts, benchHugeCohorts } from '../../libs/mining/bench/cohorts.ts'
import { benchConcepts, benchHugeConcepts } from '../../libs/mining/bench/concepts.ts'
import { benchMatrix } from '../../libs/mining/bench/matrix.ts'
import { benchOneCohort, benchStability } from '../../libs/mining/bench/one-cohort.ts'
import { bench as roleModels } from '../../libs/role-model/bench/role-model.ts'
import type { Bench, Measure } from './support/bench.ts'
import { benchAgainstDuckDb } from './support/duckdb-cohorts.ts'
import { benchPlantedCohorts } from './support/planted-recovery.ts'

export const bench: Bench = {
  about: 'the miners on planted organisations and public sets, against the bare scan, DuckDB and published figures',
  async run({ scale, say }) {
    const isFull = scale === 'full'
    return [
      ...about('cohorts', await benchCohorts({ scale })),
      ...about('cohorts', await benchAgainstDuckDb(isFull ? 100_000 : 10_000, isFull ? 25 : undefined, say)),
      ...about('potential roles', await benchConcepts({ scale })),
      ...about('one cohort', await benchOneCohort({ scale })),
      ...about('matrix', await benchMatrix({ scale })),
      ...about('3 % churn', benchStability({ scale })),
      ...about('planted cohorts', benchPlantedCohorts()),
      ...about('role models', await roleModels.run({ scale, say })),
    ]
  },
  async runHuge() {
    return [...about('cohorts', await benchHugeCohorts()), ...about('potential roles', await benchHugeConcepts())]
  },
}

function about(part: string, measures: readonly Measure[]): Measure[] {
  return measures.map((measure) => ({ ...measure, measure: `${part}: ${measure.measure}` }))
}
