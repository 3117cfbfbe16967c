import type { CandidateData, ResolvedCandidate } from '@assay/candidates'
import { identityNamesByKey } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { identityStatuses } from '@assay/mining'
import { judgeCandidate, policiesInForce, storedLeftOut } from '@assay/policies'
import { giftsOfOthers } from '@assay/role-mining'
import { toLeftOutMessages } from './convert-policy.ts'

const mostPeople = 20
const mostLeftOut = 1000

/** The effect of the policies in force on a candidate, as a message. */
export async function checkedCandidate(
  { sql, loaded: { snapshot } }: Pick<CandidateData, 'sql' | 'loaded'>,
  candidate: ResolvedCandidate,
  displayName: string,
) {
  // Candidates give access to enabled people only.
  const members = candidate.members.filter((member) => snapshot.identityStatus[member] === identityStatuses.enabled)
  const { entitlements } = candidate
  const compiled = await policiesInForce(sql, snapshot)
  if (compiled === undefined)
    return { isAllowed: true, memberCount: members.length, keptEntitlementCount: entitlements.length }
  const name = displayName.trim() || undefined
  const others = await giftsOfOthers(sql, snapshot, compiled, members, candidate.provenance.ownProfileIds)
  const verdict = judgeCandidate(snapshot, compiled, { members, entitlements, name, others })
  const { kept, leftOut, tooSmallFor, misnamedFor, freshBreaches } = verdict
  const idOf = (policy: number | undefined) => (policy === undefined ? '' : itemAt(compiled.names, policy).id)
  const shown = freshBreaches.flatMap(({ identities }) => identities.slice(0, mostPeople))
  const people = await identityNamesByKey(
    sql,
    shown.map((identity) => itemAt(snapshot.identityKey, identity)),
  )
  return {
    isAllowed: leftOut.length + freshBreaches.length === 0 && tooSmallFor === undefined && misnamedFor === undefined,
    memberCount: members.length,
    keptEntitlementCount: kept.length,
    leftOut: await toLeftOutMessages(sql, storedLeftOut(snapshot, compiled, leftOut.slice(0, mostLeftOut))),
    leftOutCount: leftOut.length,
    tooSmallPolicyId: idOf(tooSmallFor),
    misnamedPolicyId: idOf(misnamedFor),
    freshBreaches: freshBreaches.map(({ policy, identities }) => ({
      policyId: itemAt(compiled.names, policy).id,
      policyDisplayName: itemAt(compiled.names, policy).displayName,
      identityCount: identities.length,
      identityIds: identities
        .slice(0, mostPeople)
        .flatMap((identity) => people.get(itemAt(snapshot.identityKey, identity))?.id ?? []),
    })),
  }
}
