import { entitlementsByKey } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { countOrphans } from '@assay/source-loads'
import type { ResolvedCandidate } from '../candidate.ts'
import type { CandidateData } from '../candidates.ts'

/** The number of accounts without a person in the applications of a candidate's entitlements. */
export async function orphansBeside(
  { sql, loaded }: CandidateData,
  { entitlements }: ResolvedCandidate,
): Promise<number> {
  const { entitlementApplication, entitlementKey } = loaded.snapshot
  // One entitlement of each application is enough to get the application's id.
  const byApplication = new Map(
    Array.from(entitlements, (one) => [itemAt(entitlementApplication, one), itemAt(entitlementKey, one)]),
  )
  const details = await entitlementsByKey(sql, [...byApplication.values()])
  return countOrphans(sql, [...new Set([...details.values()].map(({ applicationId }) => applicationId))])
}
