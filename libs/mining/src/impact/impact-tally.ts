import { impactBreaches } from './impact-breaches.ts'
import { type ImpactQuestion, impactMarks } from './impact-question.ts'
import {
  type CandidateImpact,
  type ImpactColumns,
  type ImpactCount,
  type ImpactKind,
  impactKinds,
} from './impact-result.ts'

/** The pairs of one identity with the candidate's entitlements. */
interface HeldOfOne {
  readonly identity: number
  readonly isMember: boolean
  readonly held: number
  /** Pairs that are assigned to a member. */
  readonly assigned: number
  readonly lost: number
  /** Held ones, of others than members lost ones, that are privileged, and that are risky. */
  readonly privileged: number
  readonly risky: number
}

/** Sums over today's assigned pairs whose last use is too long ago, by their change. */
interface UnusedSums {
  alreadyHeld: number
  replaced: number
  losses: number
  unchanged: number
}

/** Combines the counts, by identity or by entitlement, to the impact. */
export class ImpactTally {
  readonly byEntitlement: Record<ImpactKind, Uint32Array>
  readonly unused: UnusedSums = { alreadyHeld: 0, replaced: 0, losses: 0, unchanged: 0 }
  heldByGroupsAlone = 0
  readonly #question: ImpactQuestion
  readonly #byIdentity: Record<ImpactKind | 'identity' | 'privilegedChanges' | 'riskyChanges', Uint32Array>
  readonly #isMember: Uint8Array
  #listed = 0
  #members = 0
  #gaining = 0
  #losing = 0
  readonly #services = { members: 0, gains: 0, holders: 0, held: 0 }
  readonly #disabled = { members: 0, gains: 0, holders: 0, held: 0 }
  readonly #privileged: number
  readonly #risky: number

  constructor(question: ImpactQuestion, mostListed: number) {
    this.#question = question
    const columns = (length: number) =>
      Object.fromEntries(impactKinds.map((kind) => [kind, new Uint32Array(length)])) as Record<ImpactKind, Uint32Array>
    this.byEntitlement = columns(question.entitlements.length)
    this.#byIdentity = {
      ...columns(mostListed),
      identity: new Uint32Array(mostListed),
      privilegedChanges: new Uint32Array(mostListed),
      riskyChanges: new Uint32Array(mostListed),
    }
    this.#isMember = new Uint8Array(mostListed)
    this.#privileged = this.#marked(impactMarks.privileged)
    this.#risky = this.#marked(impactMarks.risky)
  }

  #marked(mark: number): number {
    let count = 0
    for (const entitlement of this.#question.entitlements) if (this.#question.marks[entitlement]! & mark) count++
    return count
  }

  /** Adds services and disabled people. Those who hold nothing and are not members are ignored. */
  addApart(kind: 'services' | 'disabled', isMember: boolean, held: number): void {
    const apart = kind === 'services' ? this.#services : this.#disabled
    if (isMember) {
      apart.members++
      apart.gains += this.#question.entitlements.length - held
    }
    if (held > 0) apart.holders++
    apart.held += held
  }

  /** Adds enabled people, by ordinal. */
  add({ identity, isMember, held, assigned, lost, privileged, risky }: HeldOfOne): void {
    const one = this.#byIdentity
    const place = this.#listed++
    one.identity[place] = identity
    this.#isMember[place] = isMember ? 1 : 0
    if (!isMember) {
      one.losses[place] = lost
      one.unchanged[place] = held - lost
      one.privilegedChanges[place] = privileged
      one.riskyChanges[place] = risky
      if (lost > 0) this.#losing++
      return
    }
    const gains = this.#question.entitlements.length - held
    const replaced = this.#question.mode === 'replace' ? assigned : 0
    this.#members++
    if (gains > 0) this.#gaining++
    one.gains[place] = gains
    one.alreadyHeld[place] = held
    one.replaced[place] = replaced
    one.unchanged[place] = held - replaced
    one.privilegedChanges[place] = this.#privileged - privileged
    one.riskyChanges[place] = this.#risky - risky
  }

  result(): CandidateImpact {
    const { entitlements, marks } = this.#question
    const { byEntitlement } = this
    // Each member either holds an entitlement or gains it.
    for (let i = 0; i < entitlements.length; i++) byEntitlement.gains[i] = this.#members - byEntitlement.alreadyHeld[i]!
    const unused = { gains: 0, ...this.unused }
    const breaching = impactBreaches(this.#question)
    const totals = Object.fromEntries(
      impactKinds.map((kind) => [
        kind,
        { ...summed(byEntitlement[kind], entitlements, marks), unused: unused[kind], breaching: breaching[kind] },
      ]),
    ) as Record<ImpactKind, ImpactCount>
    const listed = Object.fromEntries(
      Object.entries(this.#byIdentity).map(([name, column]) => [name, column.subarray(0, this.#listed)]),
    ) as unknown as Omit<CandidateImpact['identities'], 'isMember'> & ImpactColumns
    return {
      totals,
      heldByGroupsAlone: this.heldByGroupsAlone,
      members: this.#members,
      gainingPeople: this.#gaining,
      losingPeople: this.#losing,
      services: this.#services,
      disabled: this.#disabled,
      entitlements: byEntitlement,
      identities: { ...listed, isMember: this.#isMember.subarray(0, this.#listed) },
    }
  }
}

function summed(counts: Uint32Array, entitlements: Uint32Array, marks: Uint8Array) {
  let cells = 0
  let privileged = 0
  let risky = 0
  for (let i = 0; i < counts.length; i++) {
    const mark = marks[entitlements[i]!]!
    cells += counts[i]!
    if (mark & impactMarks.privileged) privileged += counts[i]!
    if (mark & impactMarks.risky) risky += counts[i]!
  }
  return { cells, privileged, risky }
}
