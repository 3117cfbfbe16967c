import { identityStatuses, identityTypes } from '../snapshot.ts'
import { impactByColumns } from './impact-by-columns.ts'
import { type ImpactQuestion, impactMarks } from './impact-question.ts'
import type { CandidateImpact } from './impact-result.ts'
import { ImpactRows } from './impact-rows.ts'
import { ImpactTally } from './impact-tally.ts'

/**
 * The exact changes of a candidate. Without groups it reads only the holders of its entitlements, otherwise the rows of those identities.
 */
export function candidateImpact(question: ImpactQuestion): CandidateImpact {
  const rows = question.snapshot.closure === undefined ? undefined : new ImpactRows(question)
  return rows?.groups === undefined ? impactByColumns(question) : impactByRows(question, rows)
}

/** Counts identity by identity, including access through groups. */
function impactByRows(question: ImpactQuestion, rows: ImpactRows): CandidateImpact {
  const { identityStatus, identityType } = question.snapshot
  const involved = involvedIdentities(question, rows)
  const tally = new ImpactTally(question, involved.length)
  for (let i = 0; i < involved.length; i++) {
    const identity = involved[i]!
    rows.look(identity)
    const isMember = rows.isMember(identity)
    if (!isMember && rows.heldCount === 0) continue
    if (identityType[identity] !== identityTypes.human) tally.addApart('services', isMember, rows.heldCount)
    else if (identityStatus[identity] !== identityStatuses.enabled) tally.addApart('disabled', isMember, rows.heldCount)
    else addPerson(question, rows, tally, identity, isMember)
  }
  return tally.result()
}

function addPerson(
  { mode, entitlements, marks, snapshot, unusedBefore }: ImpactQuestion,
  rows: ImpactRows,
  tally: ImpactTally,
  identity: number,
  isMember: boolean,
): void {
  const { heldPosition, heldPlace, heldCount, assignedCount } = rows
  const { byEntitlement, unused } = tally
  let lost = 0
  let privileged = 0
  let risky = 0
  for (let i = 0; i < heldCount; i++) {
    const position = heldPosition[i]!
    const isLost = !isMember && mode === 'replace' && !rows.isKept(position)
    const kind = isLost ? 'losses' : isMember && mode === 'replace' && i < assignedCount ? 'replaced' : 'unchanged'
    byEntitlement[kind][position]!++
    if (isMember) byEntitlement.alreadyHeld[position]!++
    if (isLost) lost++
    if (isMember || isLost) {
      const mark = marks[entitlements[position]!]!
      if (mark & impactMarks.privileged) privileged++
      if (mark & impactMarks.risky) risky++
    }
    const day = heldPlace[i]! < 0 ? 0 : (snapshot.lastUsedDay?.[heldPlace[i]!] ?? 0)
    if (day === 0 || day >= unusedBefore) continue
    unused[kind]++
    if (isMember) unused.alreadyHeld++
  }
  if (isMember) tally.heldByGroupsAlone += heldCount - assignedCount
  tally.add({ identity, isMember, held: heldCount, assigned: assignedCount, lost, privileged, risky })
}

/** Members, and all identities with an entitlement of the candidate or with a group that gives one; ordinals, ascending. */
function involvedIdentities({ snapshot, holders, entitlements, members, isVisible }: ImpactQuestion, rows: ImpactRows) {
  const isInvolved = new Uint8Array(snapshot.identityCount)
  const markHolders = (entitlement: number) => {
    const { offset, identity } = holders
    for (let at = offset[entitlement]!; at < offset[entitlement + 1]!; at++) isInvolved[identity[at]!] = 1
  }
  for (let i = 0; i < entitlements.length; i++) markHolders(entitlements[i]!)
  for (const group of rows.groups?.groups ?? []) markHolders(group)
  for (let i = 0; i < members.length; i++) isInvolved[members[i]!] = 1
  const found = new Uint32Array(snapshot.identityCount)
  let count = 0
  for (let identity = 0; identity < found.length; identity++) {
    if (isInvolved[identity] === 0 || snapshot.identityStatus[identity] === identityStatuses.deleted) continue
    if (isVisible === undefined || isVisible[identity] === 1) found[count++] = identity
  }
  return found.subarray(0, count)
}
