import { type GroupWays, groupWays } from './group-ways.ts'
import type { CellChange, ImpactQuestion } from './impact-question.ts'

/** The change of one pair. `place` is the position of its grant among all grants, -1 when it is not assigned. */
export interface ImpactCell {
  readonly position: number
  readonly change: CellChange
  readonly place: number
}

/** The entitlements of a candidate that one identity holds. It reads one identity at a time; all fields refer to that identity. */
export class ImpactRows {
  /** The first `heldCount`: positions in the candidate that the identity holds; those that are assigned come first. */
  readonly heldPosition: Uint32Array
  /** Parallel: the position of the grant that assigns it; -1 when only a group gives it. */
  readonly heldPlace: Int32Array
  heldCount = 0
  /** The number of held positions that are assigned. */
  assignedCount = 0
  readonly groups: GroupWays | undefined
  readonly #question: ImpactQuestion
  readonly #positionOf: Int32Array
  readonly #isMember: Uint8Array
  readonly #others: OtherWays
  #look = 0
  /** Per position the last read identity that held it, and the last one that has it through something the candidate does not replace. */
  readonly #heldIn: Uint32Array
  readonly #keptIn: Uint32Array

  constructor(question: ImpactQuestion) {
    const { snapshot, entitlements, members, mode, others } = question
    this.#question = question
    this.#positionOf = new Int32Array(snapshot.entitlementCount).fill(-1)
    for (let i = 0; i < entitlements.length; i++) this.#positionOf[entitlements[i]!] = i
    this.#isMember = new Uint8Array(snapshot.identityCount)
    for (let i = 0; i < members.length; i++) this.#isMember[members[i]!] = 1
    this.groups = groupWays(snapshot.closure, this.#positionOf)
    this.#others = new OtherWays(
      snapshot.identityCount,
      mode === 'replace' ? others : [],
      this.#positionOf,
      this.groups,
    )
    this.heldPosition = new Uint32Array(entitlements.length)
    this.heldPlace = new Int32Array(entitlements.length)
    this.#heldIn = new Uint32Array(entitlements.length)
    this.#keptIn = new Uint32Array(entitlements.length)
  }

  isMember(identity: number): boolean {
    return this.#isMember[identity] === 1
  }

  look(identity: number): void {
    this.#look++
    this.#lookAtRow(identity)
    this.assignedCount = this.heldCount
    if (this.groups !== undefined) this.#lookThroughGroups(identity, this.groups)
    this.#others.markGiven(identity, this.#keptIn, this.#look)
  }

  /** For a held position: whether an identity that is not a member still holds it after `replace`. */
  isKept(position: number): boolean {
    return this.#keptIn[position] === this.#look
  }

  /** The change of each pair that is held or gained, by position; other pairs are omitted. */
  *cells(identity: number): Generator<ImpactCell> {
    this.look(identity)
    const places = new Map<number, number>()
    for (let i = 0; i < this.heldCount; i++) places.set(this.heldPosition[i]!, this.heldPlace[i]!)
    const kept = new Set([...places.keys()].filter((position) => this.isKept(position)))
    const isMember = this.isMember(identity)
    for (let position = 0; position < this.#question.entitlements.length; position++) {
      const place = places.get(position)
      if (place !== undefined) {
        yield { position, place, change: this.#changeOfHeld(isMember, place >= 0, kept.has(position)) }
      } else if (isMember) yield { position, place: -1, change: 'gain' }
    }
  }

  /** The change of one pair; undefined when it is neither held nor gained. */
  cellOf(identity: number, position: number): ImpactCell | undefined {
    this.look(identity)
    const isMember = this.isMember(identity)
    for (let i = 0; i < this.heldCount; i++) {
      if (this.heldPosition[i] !== position) continue
      const place = this.heldPlace[i]!
      return { position, place, change: this.#changeOfHeld(isMember, place >= 0, this.isKept(position)) }
    }
    return isMember ? { position, place: -1, change: 'gain' } : undefined
  }

  #changeOfHeld(isMember: boolean, isAssigned: boolean, isKept: boolean): CellChange {
    if (this.#question.mode === 'add') return 'unchanged'
    if (isMember) return isAssigned ? 'replaced' : 'unchanged'
    return isKept ? 'unchanged' : 'loss'
  }

  #lookAtRow(identity: number): void {
    const { rowOffset, rowEntitlement } = this.#question.snapshot
    const positionOf = this.#positionOf
    const heldIn = this.#heldIn
    const look = this.#look
    let count = 0
    for (let at = rowOffset[identity]!, end = rowOffset[identity + 1]!; at < end; at++) {
      const position = positionOf[rowEntitlement[at]!]!
      if (position < 0) continue
      heldIn[position] = look
      this.heldPosition[count] = position
      this.heldPlace[count++] = at
    }
    this.heldCount = count
  }

  #lookThroughGroups(identity: number, { row, offset, position }: GroupWays): void {
    const { rowOffset, rowEntitlement } = this.#question.snapshot
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
      const group = rowEntitlement[at]!
      const own = row[group]!
      if (own < 0) continue
      const stays = this.#positionOf[group]! < 0
      for (let i = offset[own]!; i < offset[own + 1]!; i++) {
        const given = position[i]!
        if (stays) this.#keptIn[given] = this.#look
        if (this.#heldIn[given] === this.#look) continue
        this.#heldIn[given] = this.#look
        this.heldPosition[this.heldCount] = given
        this.heldPlace[this.heldCount++] = -1
      }
    }
  }
}

/** The entitlements of a candidate that other roles in force give to each identity. It reads the members of these roles once. */
class OtherWays {
  /** The roles of each identity as a linked list. Links are numbered from 1; 0 is the end. */
  readonly #first: Uint32Array
  readonly #role: number[] = []
  readonly #next: number[] = []
  /** Per role the positions that it gives, including through groups. */
  readonly #gives: Uint32Array[] = []

  constructor(
    identityCount: number,
    others: ImpactQuestion['others'],
    positionOf: Int32Array,
    groups: GroupWays | undefined,
  ) {
    this.#first = new Uint32Array(others.length === 0 ? 0 : identityCount)
    for (const { identities, entitlements } of others) {
      const positions = new Set<number>()
      for (const entitlement of entitlements) {
        if (positionOf[entitlement]! >= 0) positions.add(positionOf[entitlement]!)
        const row = groups?.row[entitlement] ?? -1
        if (groups === undefined || row < 0) continue
        for (let i = groups.offset[row]!; i < groups.offset[row + 1]!; i++) positions.add(groups.position[i]!)
      }
      if (positions.size === 0) continue
      const role = this.#gives.push(Uint32Array.from(positions)) - 1
      for (let i = 0; i < identities.length; i++) {
        this.#next.push(this.#first[identities[i]!]!)
        this.#first[identities[i]!] = this.#role.push(role)
      }
    }
  }

  markGiven(identity: number, keptIn: Uint32Array, look: number): void {
    if (this.#gives.length === 0) return
    for (let link = this.#first[identity]!; link > 0; link = this.#next[link - 1]!) {
      const positions = this.#gives[this.#role[link - 1]!]!
      for (let i = 0; i < positions.length; i++) keptIn[positions[i]!] = look
    }
  }
}
