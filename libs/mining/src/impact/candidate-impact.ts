import { identityStatuses, identityTypes } from '../snapshot.ts'
import { type ImpactQuestion, impactMarks } from './impact-question.ts'
import { ImpactRows } from './impact-rows.ts'

/** Pairs of identity and entitlement, and how many of them are of a kind. */
export interface ImpactCount {
  readonly cells: number
  readonly privileged: number
  readonly risky: number
  /** Assigned, with a known last use that is too long ago. */
  readonly unused: number
}

/** Those whom the figures leave out: they lose nothing. */
export interface ApartCount {
  readonly members: number
  /** Pairs that members of this kind would get. */
  readonly gains: number
  /** All who hold any of the entitlements, members or not, and the pairs that they hold. */
  readonly holders: number
  readonly held: number
}

const kinds = ['gains', 'alreadyHeld', 'replaced', 'losses', 'unchanged'] as const
export type ImpactKind = (typeof kinds)[number]

/** One number each for the listed identities, or for the candidate's entitlements by position. */
export type ImpactColumns = Readonly<Record<ImpactKind, Uint32Array>>

interface IdentityImpact extends ImpactColumns {
  /** Enabled people who hold or get any of the entitlements, ordinals, ascending; the columns are parallel. */
  readonly identity: Uint32Array
  /** Pairs that somebody gains or loses and whose entitlement is privileged, or at the risk level. */
  readonly privilegedChanges: Uint32Array
  readonly riskyChanges: Uint32Array
}

/** What a candidate changes. Enabled people only, apart from `services` and `disabled`. */
export interface CandidateImpact {
  /** gains + alreadyHeld = members x entitlements; alreadyHeld of members and all that others hold = replaced + losses + unchanged. */
  readonly totals: Readonly<Record<ImpactKind, ImpactCount>>
  /** The part of what members hold already that only groups give them. */
  readonly heldByGroupsAlone: number
  readonly members: number
  /** Members who gain something, and people who lose something. */
  readonly gainingPeople: number
  readonly losingPeople: number
  readonly services: ApartCount
  readonly disabled: ApartCount
  readonly entitlements: ImpactColumns
  readonly identities: IdentityImpact
}

/**
 * What a candidate changes, exact. Costs the rows of its members and of those who hold any of its entitlements.
 * @param rows of the same question, for a caller who wants cells as well
 */
export function candidateImpact(question: ImpactQuestion, rows = new ImpactRows(question)): CandidateImpact {
  const involved = involvedIdentities(question, rows)
  const tally = new Tally(question, rows, involved.length)
  for (let i = 0; i < involved.length; i++) tally.add(involved[i])
  return tally.result()
}

/** Members, and everybody who has an entitlement of the candidate or a group that gives one; ordinals, ascending. */
function involvedIdentities({ snapshot, holders, entitlements, members, isVisible }: ImpactQuestion, rows: ImpactRows) {
  const isInvolved = new Uint8Array(snapshot.identityCount)
  const markHolders = (entitlement: number) => {
    const { offset, identity } = holders
    for (let at = offset[entitlement]; at < offset[entitlement + 1]; at++) isInvolved[identity[at]] = 1
  }
  for (let i = 0; i < entitlements.length; i++) markHolders(entitlements[i])
  for (const group of rows.groups?.groups ?? []) markHolders(group)
  for (let i = 0; i < members.length; i++) isInvolved[members[i]] = 1
  const found = new Uint32Array(snapshot.identityCount)
  let count = 0
  for (let identity = 0; identity < found.length; identity++) {
    if (isInvolved[identity] === 0 || snapshot.identityStatus[identity] === identityStatuses.deleted) continue
    if (isVisible === undefined || isVisible[identity] === 1) found[count++] = identity
  }
  return found.subarray(0, count)
}

class Tally {
  readonly #question: ImpactQuestion
  readonly #rows: ImpactRows
  readonly #byEntitlement: Record<ImpactKind, Uint32Array>
  readonly #byIdentity: Record<ImpactKind | 'identity' | 'privilegedChanges' | 'riskyChanges', Uint32Array>
  #listed = 0
  readonly #unused = { alreadyHeld: 0, replaced: 0, losses: 0, unchanged: 0 }
  #heldByGroupsAlone = 0
  #members = 0
  #gaining = 0
  #losing = 0
  readonly #services = { members: 0, gains: 0, holders: 0, held: 0 }
  readonly #disabled = { members: 0, gains: 0, holders: 0, held: 0 }
  readonly #privileged: number
  readonly #risky: number

  constructor(question: ImpactQuestion, rows: ImpactRows, mostListed: number) {
    this.#question = question
    this.#rows = rows
    const columns = (length: number) =>
      Object.fromEntries(kinds.map((kind) => [kind, new Uint32Array(length)])) as Record<ImpactKind, Uint32Array>
    this.#byEntitlement = columns(question.entitlements.length)
    this.#byIdentity = {
      ...columns(mostListed),
      identity: new Uint32Array(mostListed),
      privilegedChanges: new Uint32Array(mostListed),
      riskyChanges: new Uint32Array(mostListed),
    }
    this.#privileged = this.#marked(impactMarks.privileged)
    this.#risky = this.#marked(impactMarks.risky)
  }

  #marked(mark: number): number {
    let count = 0
    for (const entitlement of this.#question.entitlements) if (this.#question.marks[entitlement] & mark) count++
    return count
  }

  add(identity: number): void {
    const { identityType, identityStatus } = this.#question.snapshot
    this.#rows.look(identity)
    const isMember = this.#rows.isMember(identity)
    if (!isMember && this.#rows.heldCount === 0) return
    if (identityType[identity] !== identityTypes.human) this.#addApart(this.#services, isMember)
    else if (identityStatus[identity] !== identityStatuses.enabled) this.#addApart(this.#disabled, isMember)
    else this.#addListed(identity, isMember)
  }

  #addListed(identity: number, isMember: boolean): void {
    const place = this.#listed++
    this.#byIdentity.identity[place] = identity
    if (isMember) this.#addMember(place)
    else this.#addOther(place)
  }

  #addApart(apart: Record<keyof ApartCount, number>, isMember: boolean): void {
    const { heldCount } = this.#rows
    if (isMember) {
      apart.members++
      apart.gains += this.#question.entitlements.length - heldCount
    }
    if (heldCount > 0) apart.holders++
    apart.held += heldCount
  }

  #addMember(place: number): void {
    const { mode, entitlements, marks } = this.#question
    const { heldPosition, heldPlace, heldCount, assignedCount } = this.#rows
    const one = this.#byIdentity
    const all = this.#byEntitlement
    const replaced = mode === 'replace' ? assignedCount : 0
    const gains = entitlements.length - heldCount
    this.#members++
    if (gains > 0) this.#gaining++
    this.#heldByGroupsAlone += heldCount - assignedCount
    one.gains[place] = gains
    one.alreadyHeld[place] = heldCount
    one.replaced[place] = replaced
    one.unchanged[place] = heldCount - replaced
    let privileged = this.#privileged
    let risky = this.#risky
    for (let i = 0; i < heldCount; i++) {
      const position = heldPosition[i]
      const kind = i < replaced ? 'replaced' : 'unchanged'
      all.alreadyHeld[position]++
      all[kind][position]++
      const mark = marks[entitlements[position]]
      if (mark & impactMarks.privileged) privileged--
      if (mark & impactMarks.risky) risky--
      if (!this.#isUnused(heldPlace[i])) continue
      this.#unused.alreadyHeld++
      this.#unused[kind]++
    }
    one.privilegedChanges[place] = privileged
    one.riskyChanges[place] = risky
  }

  #addOther(place: number): void {
    const { mode, entitlements, marks } = this.#question
    const { heldPosition, heldPlace, heldCount } = this.#rows
    const one = this.#byIdentity
    const all = this.#byEntitlement
    for (let i = 0; i < heldCount; i++) {
      const position = heldPosition[i]
      const kind = mode === 'add' || this.#rows.isKept(position) ? 'unchanged' : 'losses'
      all[kind][position]++
      one[kind][place]++
      if (this.#isUnused(heldPlace[i])) this.#unused[kind]++
      if (kind === 'unchanged') continue
      const mark = marks[entitlements[position]]
      if (mark & impactMarks.privileged) one.privilegedChanges[place]++
      if (mark & impactMarks.risky) one.riskyChanges[place]++
    }
    if (one.losses[place] > 0) this.#losing++
  }

  #isUnused(grant: number): boolean {
    const { lastUsedDay } = this.#question.snapshot
    if (grant < 0 || lastUsedDay === undefined) return false
    return lastUsedDay[grant] > 0 && lastUsedDay[grant] < this.#question.unusedBefore
  }

  result(): CandidateImpact {
    const { entitlements, marks } = this.#question
    const byEntitlement = this.#byEntitlement
    // Every member either holds an entitlement or gets it.
    for (let i = 0; i < entitlements.length; i++) byEntitlement.gains[i] = this.#members - byEntitlement.alreadyHeld[i]
    const unused = { gains: 0, ...this.#unused }
    const totals = Object.fromEntries(
      kinds.map((kind) => [kind, { ...summed(byEntitlement[kind], entitlements, marks), unused: unused[kind] }]),
    ) as Record<ImpactKind, ImpactCount>
    const listed = Object.fromEntries(
      Object.entries(this.#byIdentity).map(([name, column]) => [name, column.subarray(0, this.#listed)]),
    )
    return {
      totals,
      heldByGroupsAlone: this.#heldByGroupsAlone,
      members: this.#members,
      gainingPeople: this.#gaining,
      losingPeople: this.#losing,
      services: this.#services,
      disabled: this.#disabled,
      entitlements: byEntitlement,
      identities: listed as unknown as IdentityImpact,
    }
  }
}

function summed(counts: Uint32Array, entitlements: Uint32Array, marks: Uint8Array) {
  let cells = 0
  let privileged = 0
  let risky = 0
  for (let i = 0; i < counts.length; i++) {
    const mark = marks[entitlements[i]]
    cells += counts[i]
    if (mark & impactMarks.privileged) privileged += counts[i]
    if (mark & impactMarks.risky) risky += counts[i]
  }
  return { cells, privileged, risky }
}
