import type { CohortScope, Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { CustomAnalysisSubject } from './custom-analyses.ts'
import { peopleWithin } from './search-cohort.ts'

/** Most values that a facet shows; the others can be listed by themselves. */
export const maxFacetValues = 50

/** The people and applications that an analysis is about, by the ordinals of the access data in force. */
export async function cohortScopeOf(
  sql: TenantSql,
  snapshot: Snapshot,
  subject: CustomAnalysisSubject,
): Promise<CohortScope> {
  const members = await peopleWithin(sql, snapshot, [subject])
  if (subject.resourceScope.length === 0) return { members }
  const rows = await sql<{ key: number }[]>`
    select key from applications where id = any(${[...subject.resourceScope]}::text[])`
  const keys = new Set(rows.map(({ key }) => key))
  const applications = [...snapshot.applicationKey.keys()].filter((ordinal) =>
    keys.has(snapshot.applicationKey[ordinal]),
  )
  return { members, applications }
}
