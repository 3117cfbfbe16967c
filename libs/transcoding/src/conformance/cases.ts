import type { ConformanceCase } from './case.ts'
import { matchCases } from './match-cases.ts'

/** All cases that are one request and one answer. */
export const cases: readonly ConformanceCase[] = [...matchCases]
