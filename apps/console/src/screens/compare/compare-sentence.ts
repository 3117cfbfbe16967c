import type { ComparedCounts, Comparison } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { counted, formatShare } from '../../kit/figures.ts'

/** How much two candidates have in common. */
export function compareSentence({ identities, entitlements }: Comparison): string {
  const [people, access] = [totals(identities), totals(entitlements)]
  if (people.both === people.all && access.both === access.all)
    return `Both are the same: ${counted(people.all, 'person', 'people')}, ${counted(access.all, 'entitlement', 'entitlements')}.`
  const who = people.both === 0 ? 'Nobody' : `${formatShare(people.both, people.all)} people`
  const noun = access.all === 1 ? 'entitlement' : 'entitlements'
  const what = access.both === 0 ? 'no entitlement' : `${formatShare(access.both, access.all)} ${noun}`
  return `${who} and ${what} are in both.`
}

function totals(counts: ComparedCounts | undefined) {
  const { both = 0n, firstOnly = 0n, secondOnly = 0n } = counts ?? {}
  return { both: Number(both), all: Number(both + firstOnly + secondOnly) }
}
