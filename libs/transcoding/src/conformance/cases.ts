import { bodyCases } from './body-cases.ts'
import type { ConformanceCase } from './case.ts'
import { decodeCases } from './decode-cases.ts'
import { errorCases } from './error-cases.ts'
import { fileCases } from './file-cases.ts'
import { matchCases } from './match-cases.ts'
import { queryCases } from './query-cases.ts'
import { responseCases } from './response-cases.ts'

/** All cases with one request and one response. */
export const cases: readonly ConformanceCase[] = [
  ...matchCases,
  ...decodeCases,
  ...queryCases,
  ...bodyCases,
  ...responseCases,
  ...fileCases,
  ...errorCases,
]
