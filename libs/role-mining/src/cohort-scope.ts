import { applicationKeys } from '@assay/directory'
import { itemAt } from '@assay/errors'
import type { CohortScope, Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { CustomAnalysisSubject } from './custom-analyses.ts'
import { peopleWithin } from './search-cohort.ts'

/** The most values that a facet shows; the others can be listed separately. */
export const maxFacetValues = 50

/** The people and applications of an analysis, by the ordinals of the access data in force. */
export async function cohortScopeOf(
  sql: TenantSql,
  snapshot: Snapshot,
  subject: CustomAnalysisSubject,
): Promise<CohortScope> {
  const members = await peopleWithin(sql, snapshot, [subject])
  if (subject.resourceScope.length === 0) return { members }
  const found = await applicationKeys(sql, subject.resourceScope, { includeDeleted: true })
  const keys = new Set(found.values())
  const applications = [...snapshot.applicationKey.keys()].filter((ordinal) =>
    keys.has(itemAt(snapshot.applicationKey, ordinal)),
  )
  return { members, applications }
}
